import { CreateConnectorToken1763000000001 } from './create-connector-token.ts';
import { CreateConnectorCursor1763000000002 } from './create-connector-cursor.ts';

/** Tables of this lib. A service that connects an outside system puts these after messaging's and before its own. */
export const connectorMigrations: Function[] = [CreateConnectorToken1763000000001, CreateConnectorCursor1763000000002];
