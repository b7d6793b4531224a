import type { ExactObject } from './exact-json.ts';
import type { ApiFault, GatewayFault } from './faults.ts';

/** The Fault member, alone or inside a batch item. */
export const faultMember = (fault: ApiFault): ExactObject => ({
  Error: [{ Message: fault.message, Detail: fault.detail, code: fault.code, element: fault.element }],
  type: fault.type,
});

/** JSON of a refusal by the gateway: lower case, with members that are always null. */
export function gatewayFaultJson(fault: GatewayFault, atMs: number): string {
  const error = [{ message: fault.message, detail: fault.detail, code: fault.code, element: null }];
  return JSON.stringify({
    warnings: null,
    intuitObject: null,
    fault: { error, type: fault.type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: atMs,
    status: null,
    cdcresponse: [],
  });
}

/** The same refusal to a client that reads XML, which knows no lower case. */
export const gatewayFaultMember = (fault: GatewayFault): ExactObject => ({
  Error: [{ Message: fault.message, Detail: fault.detail, code: fault.code }],
  type: fault.type,
});
