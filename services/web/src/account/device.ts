/* A User-Agent in words: "Chrome 126 en Windows". What isn't a browser is shown as it calls itself. */
import Bowser from 'bowser';
import type { Lang } from '../meta/types';

const ON: Record<Lang, string> = { es: 'en', en: 'on' };
/* as people call them */
const SYSTEMS: Record<string, string> = { macOS: 'Mac', 'Chrome OS': 'ChromeOS' };

export function deviceWords(agent: string, lang: Lang): string {
  if (!agent.startsWith('Mozilla/')) return agent.slice(0, 80);
  try {
    const { browser, os, platform } = Bowser.parse(agent);
    if (!browser.name) return agent;
    const name = [browser.name, browser.version?.split('.')[0]].filter(Boolean).join(' ');
    const system = platform.model === 'iPad' || platform.model === 'iPhone' ? platform.model : SYSTEMS[os.name ?? ''] ?? os.name;
    return system ? `${name} ${ON[lang]} ${system}` : name;
  } catch {
    return agent;
  }
}
