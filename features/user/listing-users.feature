Feature: Listing users
  An administrator lists all users page by page, in the order of creation.

  Rule: Pages neither omit nor repeat users

    Background:
      Given a production server
      And Ada, Alan, Grace, Linus and Margaret have registered

    Scenario: All on one page
      When the administrator reads the list 5 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 1 page

    Scenario: Several pages
      When the administrator reads the list 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: The first page is never missing
      Given Ada, Alan, Grace, Linus and Margaret have deleted their accounts
      When the administrator reads the list 2 a page
      Then they have seen no users on 1 page

    Scenario: A listed user is deleted
      Given the administrator has read the first 2
      And Ada has deleted her account
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: The last listed user is deleted
      Given the administrator has read the first 2
      And Alan has deleted his account
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

    Scenario: A user not listed yet is deleted
      Given the administrator has read the first 2
      And Linus has deleted his account
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace and Margaret on 2 pages

    Scenario: A user registers
      Given the administrator has read the first 2
      And Bob has registered
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus, Margaret and Bob on 3 pages

    Scenario: A user changes the address
      Given the administrator has read the first 2
      And Margaret has changed the address to "aaa@example.com"
      When they read on, 2 a page
      Then they have seen Ada, Alan, Grace, Linus and Margaret on 3 pages

  Rule: The list can be filtered by address, whatever its case

    Background:
      Given a production server
      And Ada and Alan have registered

    Scenario: A registered address
      When the administrator looks for "ALAN@Example.com"
      Then they have seen Alan alone

    Scenario: An unknown address
      When the administrator looks for "al"
      Then they have seen no users on 1 page

  Rule: The list contains no secrets

    Scenario: The fields of a user
      Given a production server
      And Ada and Alan have registered
      When the administrator reads the list 5 a page
      Then the list shows of Ada and Alan their address, name, age, creation time and status, and nothing else

  Rule: Only administrators list users

    Scenario: Not for anonymous clients
      Given a production server
      When an anonymous client reads the list 5 a page
      Then they are rejected because authentication is required

    Scenario: Not for a user with a session
      Given a production server
      And Ada has registered and logged in
      When she reads the list 5 a page
      Then she is rejected because access is denied

    Scenario: For every client of a development server with open administration
      Given a development server
      And Ada and Alan have registered
      When an anonymous client reads the list 5 a page
      Then they have seen Ada and Alan on 1 page
