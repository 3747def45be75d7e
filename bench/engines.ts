/** The ways n8n 2.41 can evaluate expressions. Most of what a delivery costs is decided by this. */
export const ENGINES = {
	default: { env: {}, shownAs: 'default' },
	lazy: { env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }, shownAs: 'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true' },
	legacy: { env: { N8N_EXPRESSION_ENGINE: 'legacy' }, shownAs: 'N8N_EXPRESSION_ENGINE=legacy' },
} as const satisfies Record<string, { env: Record<string, string>; shownAs: string }>;

export const ENGINE_NAMES = ['default', 'lazy', 'legacy'] as const;

export type Engine = (typeof ENGINE_NAMES)[number];
