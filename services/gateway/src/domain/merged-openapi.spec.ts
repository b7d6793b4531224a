import { mergedOpenApi, type ApiDocument } from './merged-openapi.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const own: ApiDocument = {
  openapi: '3.0.0',
  paths: { '/org': { get: { tags: ['org'] } } },
  components: { schemas: { Page: { type: 'object' } } },
};
const other: ApiDocument = {
  paths: { '/customers': { get: { schema: ref('Page') } }, '/metrics': { get: {} } },
  components: { schemas: { Page: { type: 'array', items: ref('Item') }, Item: { type: 'string' } } },
};
const reachable = (path: string): boolean => path.startsWith('/customers');

test('paths of all services, schemas renamed where they clash', () => {
  const merged = mergedOpenApi(own, [{ service: 'crm-sync', document: other, reachable }]);
  expect(Object.keys(merged.paths!)).toEqual(['/customers', '/org']);
  expect(merged.paths!['/customers']).toEqual({ get: { schema: ref('CrmSyncPage'), tags: ['crm-sync'] } });
  expect(merged.components!.schemas).toEqual({
    Page: { type: 'object' },
    CrmSyncPage: { type: 'array', items: ref('Item') },
    Item: { type: 'string' },
  });
});

test('a service that is away is named', () => {
  const merged = mergedOpenApi(own, [{ service: 'compliance', document: undefined, reachable }]);
  expect(merged['x-services-away']).toEqual(['compliance']);
  expect(JSON.stringify(merged.info)).toContain('compliance');
});
