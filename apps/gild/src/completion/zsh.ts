import { descents, type KnownWords, quoted } from './known-words.js';

/** A script for zsh, to be sourced after `compinit`. Where no command is expected it offers files. */
export const zshCompletion = (words: readonly KnownWords[]): string => `# zsh completion of gild
_gild() {
  local at='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at>$word" in
${descents(words)
  .map(({ from, word, to }) => `      ${quoted(`${from}>${word}`)}) at=${quoted(to)} ;;`)
  .join('\n')}
    esac
  done
  case "$PREFIX>$at" in
${words.map(armsOf).join('\n')}
  esac
}
compdef _gild gild
`;

const armsOf = ({ path, commands, options }: KnownWords): string => {
  const at = quoted(`>${path.join(' ')}`);
  const flags = options.flatMap((option) => option.flags.map((flag) => [flag, option.description] as const));
  const names = commands.map(({ name, description }) => [name, description] as const);
  const other = names.length === 0 ? '_files' : described('command', names);
  return `    -*${at}) ${described('option', flags)} ;;\n    *${at}) ${other} ;;`;
};

const described = (tag: string, entries: readonly (readonly [string, string])[]): string =>
  `local -a known=(${entries
    .map(([word, text]) => quoted(`${word}:${text}`))
    .join(' ')}); _describe ${tag} known`;
