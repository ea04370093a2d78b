export { createConfig } from './config/config.ts';
export type { Config } from './config/schema.ts';
export * from './deploy/index.ts';
export { type RunningServer, type StartOptions, startServer } from './start.ts';
