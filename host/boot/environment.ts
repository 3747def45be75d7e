import { delimiter, dirname, join } from 'node:path';

import { BUILD } from '../../lib/paths';
import type { HostVersion } from '../install/install-n8n';

/** What of the caller's environment n8n may see. Anything else could change how it behaves here. */
const PASSED_ON = ['HOME', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot'];

/** Nothing here calls out: the tests speak to loopback only. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_ONBOARDING_FLOW_DISABLED: 'true',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
};

/** What docs/install.md has a user set. */
const RECOMMENDED = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

/** What V8 compiled of n8n at its first start, so that the many further ones take about half the time. */
const COMPILE_CACHE = join(BUILD, 'compile-cache');

/** Modules whose only effect here would be a call to n8n's own servers. Naming one that a version lacks stops it. */
const DISABLED_MODULES: Record<HostVersion, string> = { '2.x': 'mcp-registry', '1.x': '' };

export interface N8nAddress {
	port: number;
	brokerPort: number;
	folder: string;
}

export function n8nEnvironment(
	version: HostVersion,
	address: N8nAddress,
	node: string,
	extra: Record<string, string>,
): NodeJS.ProcessEnv {
	const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
	return {
		...passedOn,
		PATH: [dirname(node), process.env.PATH].join(delimiter),
		...QUIET,
		...(process.env.AS_RECOMMENDED === 'true' ? RECOMMENDED : {}),
		NODE_COMPILE_CACHE: COMPILE_CACHE,
		N8N_DISABLED_MODULES: DISABLED_MODULES[version],
		N8N_USER_FOLDER: address.folder,
		N8N_PORT: String(address.port),
		N8N_RUNNERS_BROKER_PORT: String(address.brokerPort),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_OUTPUT: 'console',
		...extra,
	};
}
