import preset from '../../jest.preset.js';

/** Most of its tests wait: for sessions that end, for servers that come back. */
export default { ...preset, maxWorkers: 3 };
