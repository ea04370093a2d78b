export { type Logger, silentLogger } from './logger.ts';
export type * from './media-server.ts';
export { mixPicture, smallMixPicture } from './mix-picture.ts';
export type { Mixer } from './mixer.ts';
export { offeredSources } from './sdp/accepted-offer.ts';
export { type Answer, type AnsweredDtls, parseAnswer } from './sdp/answer.ts';
export { formatFragment, type IceCredentials, parseFragment, readIceCredentials } from './sdp/fragment.ts';
export { offeredCapabilities, routerCodecs, standardCapabilities } from './sdp/media-profile.ts';
export { formatOffer, type OfferOrigin, type TransportDescription } from './sdp/offer.ts';
export {
  type OfferPlan,
  type OfferWish,
  type PlannedLine,
  type PublishLine,
  planOffer,
  type SlotLine,
} from './sdp/plan.ts';
