/** A reply or event of a shape the test knows better than the compiler. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a wrong guess fails the test anyway
export type Json = any;
