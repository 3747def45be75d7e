import { createRequire } from 'node:module';

/** The parts of n8n-core that run a trigger. */
export type Core = Pick<
	typeof import('n8n-core'),
	| 'CredentialTestContext'
	| 'DataDeduplicationService'
	| 'ExecuteContext'
	| 'ExternalSecretsProxy'
	| 'HookContext'
	| 'LoadOptionsContext'
	| 'TriggerContext'
	| 'WebhookContext'
>;

/** The n8n-core of this project. Loaded when it is asked for: that takes a second, and some bring another. */
export function ownCore(): Core {
	const core: Core = createRequire(__filename)('n8n-core');
	return core;
}
