export type { TransportSettings } from './router.ts';
export { createMediasoupServer, type ListenAddress, type MediasoupServerOptions } from './server.ts';
