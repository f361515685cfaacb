import type { EmailTemplateOptions } from '../../src/application/mail/email-templates.ts';

/** Emails without links. */
export const NO_PAGES: EmailTemplateOptions = {
  resetPage: undefined,
  accountPages: undefined,
  brandName: 'Guildhall',
  supportEmail: undefined,
  logoUrl: undefined,
};
