/** Address of a part of the test stack. @throws a sentence that says how to start the stack */
export function stackVariable(name: 'TEST_DATABASE_URL' | 'TEST_KAFKA_BROKERS' | 'TEST_REDIS_URL'): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run \`npm test\`, or start the parts with \`node tools/test/stack.ts up\``);
  }
  return value;
}
