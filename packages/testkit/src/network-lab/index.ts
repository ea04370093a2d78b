export { NetworkLab, whyNoNetworkLab } from './network-lab.ts';
export type { Cut, Egress, Nat } from './router-rules.ts';
export type { Site, SiteOptions } from './site.ts';
