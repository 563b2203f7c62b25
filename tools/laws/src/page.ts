/** The page of laws. */
export function writePage(_root: string): void {}
