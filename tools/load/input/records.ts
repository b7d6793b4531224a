import { CsvError, parse } from 'csv-parse';
import { UserFault } from '../../local/faults.ts';
import { decoder } from './encoding.ts';
import type { Format } from './format.ts';
import { rawStream, type Source } from './source.ts';

/** One record and the line it begins on, as an editor counts them. */
export type OnRecord = (cells: string[], line: number) => void;

// A single field this long is a quote that nobody closed.
const maxRecordBytes = 1_000_000;

/**
 * Reads all records after the header, one after the other.
 * @param onBytes told now and then how much of the file is done
 * @throws UserFault when a quote never closes
 */
export async function readRecords(
  source: Source,
  format: Format,
  onRecord: OnRecord,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const parser = parse({
    delimiter: format.delimiter,
    quote: format.quote,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: maxRecordBytes,
  });
  let skip = format.skip;
  let started = 0;
  const take = (): void => {
    let item = parser.read() as { record: string[]; info: { lines: number; bytes: number } } | null;
    while (item !== null) {
      if (skip > 0) skip--;
      else onRecord(item.record, item.info.lines - newlinesIn(item.record));
      started = item.info.lines;
      if (onBytes !== undefined && (started & 1023) === 0) onBytes(item.info.bytes);
      item = parser.read() as typeof item;
    }
  };
  await new Promise<void>((done, failed) => {
    const bytes = rawStream(source.path, source.gzip);
    const text = decoder(source.encoding);
    const fail = (error: unknown): void => {
      bytes.destroy();
      failed(explained(error, source, started));
    };
    parser.on('readable', () => {
      try {
        take();
      } catch (error) {
        fail(error);
      }
    });
    parser.once('end', done);
    for (const part of [bytes, text, parser]) part.once('error', fail);
    bytes.pipe(text).pipe(parser);
  });
}

/** A record that holds quoted line breaks begins earlier than it ends. */
function newlinesIn(record: readonly string[]): number {
  let count = 0;
  for (const cell of record) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count++;
  }
  return count;
}

function explained(error: unknown, source: Source, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const what = ['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'].includes(error.code)
    ? `a quote that opens after line ${line} never closes`
    : `line ${line + 1} cannot be read: ${error.message}`;
  return new UserFault(
    `${source.name}: ${what}.`,
    `correct the file, or add --quote none when its quotes are ordinary characters`,
  );
}
