/**
 * Makes typed exports of a kernel: see scripts/kernel-transform.mjs. (Known to editors; the compiler needs no
 * declaration.)
 */
declare function kernel(...args: unknown[]): any;
