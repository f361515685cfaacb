import { Form } from '../common/form.ts';

export const exportForm = new Form({
  id: 'export',
  action: '/console/audit/export',
  submit: 'Export log',
  button: 'plain',
  fields: {
    from: { label: 'From', type: 'date', hint: 'Midnight UTC. Empty: from the first entry.' },
    to: { label: 'Before', type: 'date', hint: 'Empty: to the last entry.' },
  },
});
