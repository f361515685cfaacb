type Names = Readonly<{ country: string; female: string; male: string; last: string }>;

/** Common given names and surnames of each country, separated by spaces; `_` is a space. */
export const NAMES: Readonly<Record<string, Names>> = {
  AU: {
    country: 'Australia',
    female: 'Charlotte Olive Isla Ruby Zara Matilda Willow Evie',
    male: 'Jack Noah Lachlan Cooper Angus Hamish Darcy Banjo',
    last: "Nguyen Kelly O'Brien Barnes Hudson Lawson Paterson Whitlam Gilmore Farmer Flynn Macquarie",
  },
  BR: {
    country: 'Brazil',
    female: 'Ana Beatriz Júlia Letícia Manuela Conceição Luiza Sofia',
    male: 'João Miguel Thiago Caio Heitor Davi Otávio Murilo',
    last: 'Silva Araújo Conceição da_Rosa Moraes Gonçalves Peixoto Barbosa Teixeira Lobão Nunes Farias',
  },
  CA: {
    country: 'Canada',
    female: 'Emma Chloe Maple Abigail Noémie Florence Hailey Brooke',
    male: 'Liam Logan Félix Nathan Xavier Wyatt Étienne Owen',
    last: "Tremblay Gagnon Roy MacDonald Bouchard Singh O'Neill Pelletier Wong Clarke Lavoie Harris",
  },
  CH: {
    country: 'Switzerland',
    female: 'Lara Céline Mia Annina Noëlle Elin Ursina Zoé',
    male: 'Luca Reto Urs Noé Beat Flurin Jérôme Matteo',
    last: 'Müller Meier Keller Favre Bianchi Zürcher Brunner Rochat Gerber Bürki Caflisch Wyss',
  },
  DE: {
    country: 'Germany',
    female: 'Greta Frieda Lieselotte Jördis Paula Käthe Antje Wiebke',
    male: 'Jürgen Björn Emil Götz Karl Thilo Anton Rüdiger',
    last: 'Schäfer Müller von_der_Heide Weiß Groß Krüger Vogt Lindner Hübner Böhm Straßer Otto',
  },
  DK: {
    country: 'Denmark',
    female: 'Freja Søs Karla Signe Lærke Astrid Maja Bodil',
    male: 'Søren Aage Mikkel Storm Jeppe Kåre Rasmus Villads',
    last: 'Madsen Nørgaard Holm Kjær Søgaard Poulsen Østergaard Bruun Lund Thygesen Dahl Krogh',
  },
  ES: {
    country: 'Spain',
    female: 'Lucía Begoña Inés Raquel Nuria Pilar Ángela Marta',
    male: 'Iñigo Álvaro Hugo Gonzalo Íker Mateo Rubén Jesús',
    last: 'García Ibáñez Muñoz Guerrero Núñez Vidal Lorenzo Peña Cabrera Santana Gallego Ortiz',
  },
  FI: {
    country: 'Finland',
    female: 'Eevi Aino Päivi Kaisa Emilia Tyyne Oona Venla',
    male: 'Väinö Eero Onni Jyrki Mikko Olavi Topias Urho',
    last: 'Ketola Mäkelä Hämäläinen Toro Niemi Jokela Lehtonen Saarinen Kivelä Salo Peura Ranta',
  },
  FR: {
    country: 'France',
    female: 'Anaïs Maëline Zoé Françoise Solène Océane Léa Margot',
    male: 'Noël Théo Loïc Gaël Rémi Clément Hugo Aymeric',
    last: "Roussel Lefèvre d'Arcy Le_Gall Meyer Hubert Chevalier Giraud Perrin Noël Dupuy Garnier",
  },
  GB: {
    country: 'United Kingdom',
    female: 'Rose Imogen Poppy Freya Harriet Megan Phoebe Nerys',
    male: 'Alfie Rhys Dylan Callum Graham Ewan Toby Fergus',
    last: "Simpson Porter Morales Hughes O'Connor Armstrong Fletcher Pritchard Shaw Nicholson Webb Bell",
  },
  IE: {
    country: 'Ireland',
    female: 'Aoife Siobhán Mia Emma Róisín Niamh Orla Laura',
    male: 'Seán Cillian Michael Shane Ruairí Oisín Fionn Darragh',
    last: "O'Keeffe Perkins Gilbert Ross Ó_Súilleabháin Bates Woods Byrne Kavanagh D'Arcy Nolan Ryan",
  },
  IN: {
    country: 'India',
    female: 'Anitha Priyanka Meera Kavya Ishani Lakshmi Divya Nandini',
    male: 'Rushil Arjun Vihaan Kiran Rohan Sandeep Aarav Prakash',
    last: 'Saldanha Suvarna Jain Iyer Nair Banerjee Chatterjee Kulkarni Rao Shet Gupta Pillai',
  },
  IR: {
    country: 'Iran',
    female: 'آیلین نازنین مهرسا کیانا یلدا پارمیس ثنا هلیا',
    male: 'آرمین سهیل پرهام امیرعلی کیان ماهان دانیال بنیامین',
    last: 'کریمی نجاتی سلطانی_نژاد محمدخان صدر یاسمی گلشن رضایی موسوی قاسمی پارسا حیدری',
  },
  MX: {
    country: 'Mexico',
    female: 'Ximena Guadalupe Citlali Renata Abril Socorro Lupita Itzel',
    male: 'Azuma Joaquín Emiliano Ángel Rodrigo Cuauhtémoc Noé Lupicino',
    last: 'Vergara Ibarra de_la_Cruz Zúñiga Montaño Caldera Ochoa Treviño Sáenz Villa Peña Orozco',
  },
  NL: {
    country: 'Netherlands',
    female: 'Femke Saar Lieke Noor Jindra Maartje Fleur Roos',
    male: 'Edin Joah Daan Sjoerd Teun Wouter Bram Thijs',
    last: "Van_Stein Geerligs de_Vries 't_Hooft Bakker Van_den_Berg Mulder Smit Kuipers Postma Visser Blok",
  },
  NO: {
    country: 'Norway',
    female: 'Lilje Bianca Solveig Ingrid Åse Ragnhild Tuva Synnøve',
    male: 'Håkon Sindre Bjørnar Eirik Åsmund Torstein Odin Leif',
    last: 'Volden Samnøy Ødegård Bråten Sæther Nygård Fjeld Grønli Haugland Bøe Tveit Aas',
  },
  NZ: {
    country: 'New Zealand',
    female: 'Aria Tui Hana Maia Holly Georgia Amelia Kiri',
    male: 'Jackson Caleb Nikau Manaia George Finn Tāne Ashton',
    last: "Walker White Ngata Robinson Tūhoe Anderson O'Sullivan Kaur Cooper Reid Zhang Green",
  },
  RS: {
    country: 'Serbia',
    female: 'Sofija Živka Milica Ljubica Nađa Jelena Vesna Đurđica',
    male: 'Vojin Damir Đorđe Miloš Žarko Stefan Uroš Nebojša',
    last: 'Todorović Spajić Jeremić Đukić Živković Ćosić Popović Savić Ilić Marković Lukić Žujović',
  },
  TR: {
    country: 'Turkey',
    female: 'Ayşe Gülşen Elif İpek Işıl Zeynep Nurgül Çağla',
    male: 'Ahmet Oğuz Çınar Yiğit Işık Umut Görkem Barış',
    last: 'Tokgöz Yıldırım Çelik Öztürk Şahin Aydın Koç Güler Doğan Akbulut Ekşi Tunç',
  },
  UA: {
    country: 'Ukraine',
    female: "Rufina Anastasiya Solomiya Lyubov Dar'ya Oksana Yaroslava Kateryna",
    male: "Zborislav Vasil' Taras Bogdan Yevgen Mikola Ostap Demid",
    last: "Drob'yazko Kaminskiy Shuhevich Stel'mah Kosach Bilous Mel'nik Gonchar Rudenko Yaremchuk Luk'yanenko Tkach",
  },
  US: {
    country: 'United States',
    female: 'Anne Sheila Anna Robin Sonia Stephanie Tammy Bertha',
    male: 'Dan Bernard Rene Elmer Wade Terrance Marvin Jeffery',
    last: "Baker Gray Kelly Parker Hawkins Cunningham Craig Newman O'Malley Palmer Ortiz Kim",
  },
};
