type Write = (fields: object, message: string) => void;

/** The part of a pino logger that messaging and handlers use. */
export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  child(bindings: object): Logger;
}
