import { config } from '@n8n/node-cli/eslint';
import nodesBase from 'eslint-plugin-n8n-nodes-base';

/** The rules of n8n's registry, whole. Tests and scripts run on a developer's machine, not in n8n. */
const onDevelopersMachine = ['test/**/*.ts', 'scripts/**/*.ts'];

export default [
	{ ignores: ['dist/', '**/node_modules/', 'coverage/', '.n8n-post-call/'] },
	...config,
	{
		files: onDevelopersMachine,
		rules: Object.fromEntries(
			[
				'@n8n/community-nodes/no-restricted-globals',
				'@n8n/community-nodes/no-restricted-imports',
				'import-x/no-unresolved',
				'no-console',
			].map((rule) => [rule, 'off']),
		),
	},
	{
		files: ['nodes/**/*.ts'],
		rules: nodesBase.configs.nodes.rules,
	},
];
