/**
 * A lasting fault: repeating the same work cannot help, so messaging parks the event with this code instead of retrying.
 * Subclasses give a stable `code` (`money.unknown_currency`); screens and alerts react to the code, people read the message.
 */
export abstract class PermanentError extends Error {
  abstract readonly code: string;
}
