Feature: Configured rules
  The operator configures the minimum age and the password policy.

  Rule: The minimum age is configured

    Scenario: Not before 21
      Given a production server
      And the minimum age is 21
      When Ada registers at the age of 20
      Then she gets the errors
        | age must be a whole number from 21 to 130. |

    Scenario: Existing users are not affected
      Given a production server
      And Ada has registered at the age of 18
      When the minimum age is 21
      Then Ada can log in
      And her record shows the age of 18

  Rule: The password policy is configured

    Scenario: Five characters, common or not
      Given a development server
      And the server accepts any password of 5 characters
      When Ada registers with the password "12345"
      Then she can log in

    Scenario: Four are too few even there
      Given a development server
      And the server accepts any password of 5 characters
      When Ada registers with the password "1234"
      Then she gets the errors
        | password must be 5 to 128 characters long. |

  Rule: Passwords known from breaches of other services may be rejected

    Scenario: Not at a registration
      Given a production server
      And the server looks passwords up among those of breaches, such as "correct horse battery"
      When Ada registers with the password "correct horse battery"
      Then she gets the errors
        | This password is known from a breach of another service; choose another. |

    Scenario: Not at a reset
      Given a production server
      And Ada has registered
      And the server looks passwords up among those of breaches, such as "correct horse battery"
      And Ada holds a reset token
      When Ada resets her password to "correct horse battery"
      Then she gets the errors
        | This password is known from a breach of another service; choose another. |

    Scenario: A log-in asks no other service
      Given a production server
      And Ada has registered
      When the server looks passwords up among those of breaches, such as "correct horse battery"
      Then Ada can log in
      And no other service was asked
