/** The packages that are made from this repository beside its own, n8n-nodes-post-call: one for each service. */
import { basename } from 'node:path';

import { keywords, n8n } from '../package.json';

/**
 * A package of one service. n8n verifies only those, and n8n Cloud installs only what is verified. Its nodes and
 * credentials are those of package.json that begin with the service's name.
 */
export interface ServicePackage {
	name: string;
	/** As the files of its nodes and credentials begin. */
	service: string;
	description: string;
	/** Beside those that every package has. */
	keywords: string[];
	/** What its README says in place of the parts that are about both services; the names are those of the parts. */
	parts: Record<'intro' | 'cloud', string>;
}

const cloud = (name: string, service: string) =>
	`n8n Cloud has only packages that n8n has verified, and so has n8n 3 unless you set
\`N8N_UNVERIFIED_PACKAGES_ENABLED=true\`. As soon as this one is verified, you find it there by a search for "${service}" in
the node panel.

**Install only one package for a service**: [n8n-nodes-post-call](https://www.npmjs.com/package/n8n-nodes-post-call) has
the triggers of both QCall and CallScaler, and its credentials have the same names as those of \`${name}\`.`;

export const SERVICE_PACKAGES: readonly ServicePackage[] = [
	{
		name: 'n8n-nodes-qcall',
		service: 'QCall',
		description:
			'n8n trigger for what happens after a call of QCall, the AI voice agent. Typed items, filters, and no call lost or handled twice.',
		keywords: ['voice agent', 'qcall'],
		parts: {
			intro: `It adds a trigger to [n8n](https://n8n.io), the tool that connects your apps: **QCall Trigger** for
[QCall](https://qcall.ai), the AI voice agent that talks to your callers.

![The panel of the QCall Trigger](docs/images/qcall-panel.png)`,
			cloud: cloud('n8n-nodes-qcall', 'QCall'),
		},
	},
	{
		name: 'n8n-nodes-callscaler',
		service: 'CallScaler',
		description:
			'n8n trigger for what happens after a call that CallScaler tracks. Typed items, filters, and no call lost or handled twice.',
		keywords: ['call tracking', 'callscaler'],
		parts: {
			intro: `It adds a trigger to [n8n](https://n8n.io), the tool that connects your apps: **CallScaler Trigger** for
[CallScaler](https://callscaler.com), which tells you what made your callers call.

![From an empty workflow to a call in Slack, in half a minute](docs/images/first-call.gif)`,
			cloud: cloud('n8n-nodes-callscaler', 'CallScaler'),
		},
	},
];

const WORDS_OF_A_SERVICE = new Set(SERVICE_PACKAGES.flatMap((each) => each.keywords));

const isOf =
	({ service }: ServicePackage) =>
	(file: string) =>
		basename(file).startsWith(service);

/** What its package.json says otherwise than that of the repository. */
export const manifestOf = (each: ServicePackage) => ({
	name: each.name,
	description: each.description,
	keywords: [...keywords.filter((word) => !WORDS_OF_A_SERVICE.has(word)), ...each.keywords],
	homepage: `https://www.npmjs.com/package/${each.name}`,
	n8n: { ...n8n, credentials: n8n.credentials.filter(isOf(each)), nodes: n8n.nodes.filter(isOf(each)) },
});
