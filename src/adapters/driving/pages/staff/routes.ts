import type { ManageStaff } from '../../../../application/staff/manage-staff.ts';
import type { CreateUser } from '../../../../application/user/create-user.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import type { Role } from '../../../../domain/access/scope.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { addForm, removeForm, roleForm } from './forms.ts';
import { personPage, staffPage } from './views.ts';

export type StaffUseCases = Readonly<{ manageStaff: ManageStaff; listUsers: ListUsers; createUser: CreateUser }>;

/** People with a role. */
export const staffPages = (router: PageRouter, { manageStaff, listUsers, createUser }: StaffUseCases): void => {
  /** The account of a colleague, who need not have had one. */
  const accountOf = ({ caller, client }: PageRequest, email: string) =>
    listUsers.byEmail({ caller, email }).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'user.not-found') throw error;
      return createUser.execute({ caller, client, email });
    });

  const showStaff = async (page: PageRequest, add?: FormState) =>
    staffPage(page, { staff: await manageStaff.list({ caller: page.caller }), ...(add && { add }) });

  const showPerson = async (page: PageRequest, states: Readonly<{ role?: FormState; remove?: FormState }> = {}) => {
    const id = page.id();
    const person = (await manageStaff.list({ caller: page.caller })).find((each) => each.id === id);
    if (person === undefined) throw new DomainError('staff.not-found', 'This user has no role.');
    return personPage(page, { person, ...states });
  };

  router.get('/console/staff/:id', 'staff', (page) => showPerson(page));

  router.formPage('/console/staff', {
    access: 'staff',
    form: addForm,
    view: showStaff,
    async submit(page, values) {
      const { caller, client } = page;
      // Before an account is created that would have no role.
      caller.require('staff:write');
      caller.requireStepUp(page.now);
      const user = await accountOf(page, values.trimmed('email'));
      const role = values.text('role') as Role;
      await manageStaff.put({ caller, client, userId: user.id, role, presentRole: null });
      return withNote('/console/staff', 'staff-added');
    },
  });

  router.form('/console/staff/:id/role', {
    access: 'staff',
    form: roleForm,
    view: (page, role) => showPerson(page, { role }),
    async submit(page, values) {
      const { caller, client } = page;
      const [role, presentRole] = [values.text('role') as Role, values.shown('role') as Role];
      await manageStaff.put({ caller, client, userId: page.id(), role, presentRole });
      // People who have lowered themselves may not see the list any more.
      return withNote(caller.userId === page.id() ? '/console' : '/console/staff', 'staff-changed');
    },
  });

  router.form('/console/staff/:id/remove', {
    access: 'staff',
    form: removeForm,
    view: (page, remove) => showPerson(page, { remove }),
    async submit(page) {
      const { caller, client } = page;
      await manageStaff.remove({ caller, client, userId: page.id() });
      return caller.userId === page.id() ? '/account' : withNote('/console/staff', 'staff-removed');
    },
  });
};
