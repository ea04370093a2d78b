import { describe, expect, test } from 'vitest';
import { createLogger, type LoggingOptions } from './pino-logger.ts';

function aLogger(options: Partial<LoggingOptions> = {}, isTTY = false) {
  const lines: string[] = [];
  const write = (line: string | Uint8Array) => lines.push(String(line)) > 0;
  const logger = createLogger({ level: 'debug', format: 'auto', ...options }, { write, isTTY });
  return { logger, lines };
}

describe('a log line', () => {
  test('is JSON for programs, with what the child logger adds', () => {
    const { logger, lines } = aLogger();
    logger.child({ part: 'conference' }).info('room created', { roomId: 'blue' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      part: 'conference',
      roomId: 'blue',
      msg: 'room created',
    });
  });

  test('is words for people on a terminal', () => {
    const { logger, lines } = aLogger({}, true);
    logger.warn('socket refused', { origin: 'http://a b', count: 2 });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}socket refused {2}origin="http:\/\/a b" {2}count=2\n$/);
  });

  test('says what an error was', () => {
    const { logger, lines } = aLogger();
    logger.error('a request failed', { thrown: new Error('broken') });
    expect(lines[0]).toContain('"message":"broken"');
  });

  test('below the level is not written', () => {
    const { logger, lines } = aLogger({ level: 'warn' });
    logger.info('room created');
    expect(lines).toEqual([]);
  });

  test('never holds a token, and session descriptions only at debug', () => {
    const { logger, lines } = aLogger();
    logger.info('joined', { token: 'secret', sdp: 'v=0' });
    logger.debug('answer', { token: 'secret', sdp: 'v=0' });
    expect(lines.join('')).not.toContain('secret');
    expect(lines[0]).not.toContain('v=0');
    expect(lines[1]).toContain('v=0');
  });
});
