// First program of every service's image: takes the settings of docker-compose.yml's secrets volume, where there is one
// (what the environment says wins), then becomes the service.
import { existsSync, readFileSync } from 'node:fs';

const file = process.env.CASHLOOP_SETTINGS;
const settings = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
await import(`../services/${process.env.CASHLOOP_SERVICE}/dist/main.js`);
