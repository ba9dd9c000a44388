import type { Violation } from './violation.js';

// C0, C1 and the marks that reverse the direction of text: none of them may steer the terminal that shows them.
const STEERING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

const printable = (text: string): string =>
  text.replace(STEERING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

const place = ({ position }: Violation, fileName: string | undefined): string => {
  const parts = [fileName, position?.line, position?.column].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `${parts.join(':')}: `;
};

/** One line per violation, with file, line and column where they are known; ends without a line break. */
export const formatViolations = (violations: readonly Violation[], fileName?: string): string =>
  violations.map((each) => printable(`${place(each, fileName)}${each.message}`)).join('\n');
