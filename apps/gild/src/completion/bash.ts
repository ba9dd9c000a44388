import { descents, type KnownWords, quoted } from './known-words.js';

/** A script for bash 4 or newer. Where no word is known, bash completes files itself. */
export const bashCompletion = (words: readonly KnownWords[]): string => `# bash completion of gild
_gild() {
  local current=\${COMP_WORDS[COMP_CWORD]} at='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at>$word" in
${descents(words)
  .map(({ from, word, to }) => `      ${quoted(`${from}>${word}`)}) at=${quoted(to)} ;;`)
  .join('\n')}
    esac
  done
  case "$current>$at" in
${words.map(armsOf).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _gild gild
`;

const armsOf = ({ path, commands, options }: KnownWords): string => {
  const at = quoted(`>${path.join(' ')}`);
  const flags = options.flatMap((option) => option.flags).join(' ');
  const names = commands.map(({ name }) => name).join(' ');
  return `    -*${at}) words=${quoted(flags)} ;;\n    *${at}) words=${quoted(names)} ;;`;
};
