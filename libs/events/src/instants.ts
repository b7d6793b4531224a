export { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
