import { describe, expect, it } from 'vitest';
import { deviceWords } from '../../src/account/device';
import { stateOf } from '../../src/account/keys';
import { missing, verdict } from '../../src/session/password';
import { faultOf } from '../../src/session/provider';

describe('a new password', () => {
  const ana = { email: 'ana.perez@andina.example', name: 'Ana María Pérez Gómez' };
  it.each([
    ['', 'empty'], ['corta', 'short'], ['ñandúñand', 'short'], ['aaaaaaaaaaaa', 'few'], ['1234567890', 'run'], ['abcdefghij', 'run'],
    ['ana.perez@andina.example', 'personal'], ['AnaPerez2024!', 'personal'], ['Pérez-19901122', 'personal'],
    ['tres mangos', 'fair'], ['cuatro mangos y un rio', 'good'], ['ñandú-ñandú-canta', 'good'],
  ] as const)('%s is %s', (password, want) => expect(verdict(password, ana)).toBe(want));

  it('counts characters, not bytes', () => {
    expect(missing('ñandú')).toBe(5);
    expect(missing('🌻🌻🌻🌻🌻🌻🌻🌻🌻🌻')).toBe(0);
  });
});

describe('a device in words', () => {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
  const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
  it('says browser and system', () => {
    expect(deviceWords(windows, 'es')).toBe('Chrome 126 en Windows');
    expect(deviceWords(windows, 'en')).toBe('Chrome 126 on Windows');
    expect(deviceWords(iphone, 'es')).toBe('Safari 17 en iPhone');
  });
  it('leaves what is no browser as it calls itself', () => {
    expect(deviceWords('curl/8.5.0', 'es')).toBe('curl/8.5.0');
    expect(deviceWords('Mozilla/', 'es')).toBe('Mozilla/');
  });
});

describe('a failure at the provider', () => {
  it('is one of four sentences, or none', () => {
    expect(faultOf('oidc_person')).toBe('person');
    expect(faultOf('oidc_state')).toBe('state');
    expect(faultOf('unavailable')).toBe('away');
    expect(faultOf(null)).toBeUndefined();
  });
});

describe('an API key', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const key = (days: number, prefix?: string) => ({ id: '1', version: 1, prefix, expires_at: new Date(now + days * 86_400_000).toISOString() });
  it('is expired, without a secret, about to expire or good', () => {
    expect(stateOf(key(-1, 'cauce_ab'), now)).toBe('expired');
    expect(stateOf(key(90), now)).toBe('none');
    expect(stateOf(key(13, 'cauce_ab'), now)).toBe('soon');
    expect(stateOf(key(15, 'cauce_ab'), now)).toBe('good');
  });
});
