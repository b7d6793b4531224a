import { jest } from '@jest/globals';
import { memoryStage } from './broker-stage.ts';
import { conformance } from './suite.ts';

jest.setTimeout(90_000);
conformance('the broker in memory', memoryStage, memoryStage);
