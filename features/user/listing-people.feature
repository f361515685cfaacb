Feature: Listing people
  An administrator leafs through everybody who has an account, in the order they came.

  Rule: Page by page, nobody is lost and nobody shown twice

    Background:
      Given a house in production
      And Ada, Alan, Grace, Linus and Margaret have registered

    Scenario: All on one page
      When the administrator reads the list 5 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 1 page

    Scenario: Several pages
      When the administrator reads the list 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: The first page is never missing
      Given Ada, Alan, Grace, Linus and Margaret have left
      When the administrator reads the list 2 a page
      Then they have seen nobody on 1 page

    Scenario: Somebody who was shown leaves
      Given the administrator has read the first 2
      And Ada has left
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: The last one who was shown leaves
      Given the administrator has read the first 2
      And Alan has left
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: Somebody who was not shown yet leaves
      Given the administrator has read the first 2
      And Linus has left
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace and Margaret on 2 pages

    Scenario: Somebody comes
      Given the administrator has read the first 2
      And Bob has registered
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus, Margaret and Bob on 3 pages

    Scenario: Somebody changes their address and name
      Given the administrator has read the first 2
      And Margaret has moved to "aaa@example.com"
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

  Rule: One person is found by their address, whatever its case

    Background:
      Given a house in production
      And Ada and Alan have registered

    Scenario: Somebody has it
      When the administrator looks for "ALAN@Example.com"
      Then they have seen Alan alone

    Scenario: Nobody has it
      When the administrator looks for "al"
      Then they have seen nobody on 1 page

  Rule: The list holds no secrets

    Scenario: What is shown of a person
      Given a house in production
      And Ada and Alan have registered
      When the administrator reads the list 5 a page
      Then the list shows of Ada and Alan their address, name, age and when they came, and nothing else

  Rule: The list is for the administrator

    Scenario: Not for strangers
      Given a house in production
      When a stranger reads the list 5 a page
      Then they are refused because the house does not know who is asking

    Scenario: Not for somebody who is logged in
      Given a house in production
      And Ada has registered and logged in
      When she reads the list 5 a page
      Then she is refused because it is for the administrator to do

    Scenario: For everybody in a house in development that leaves administration open
      Given a house in development
      And Ada and Alan have registered
      When a stranger reads the list 5 a page
      Then they have seen Ada and Alan on 1 page
