/** Who asks, as the header `Gild-Actor` says, percent-encoded where HTTP needs it; `api` when it names nobody. */
export const askingActor = (header: string | undefined): string => decoded(header ?? '').trim() || 'api';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // written as it is, by a program that does not encode
  }
};
