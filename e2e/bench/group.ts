import kafkajs from 'kafkajs';

/** How many members share the partitions of a consumer group; 0 while it is dividing them. */
export async function members(brokers: readonly string[], group: string): Promise<number> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([group]);
    return groups[0]?.state === 'Stable' ? groups[0].members.length : 0;
  } finally {
    await admin.disconnect();
  }
}
