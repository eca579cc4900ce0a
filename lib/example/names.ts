/** Word lists for names. Invented people only; nobody can own a `.example` domain. */
const words = (text: string): string[] => text.split(",").map((word) => word.trim());

export const FIRST_NAMES = words(`
  Ada, Adaeze, Aisha, Alma, Amir, Ana, Anders, Anouk, Arjun, Astrid, Ayumi, Bea, Ben, Bruno, Camille, Carlos, Chidi,
  Chloe, Clara, Daan, Daniel, Deepa, Diego, Elena, Elif, Elsa, Emeka, Emil, Emma, Erik, Esther, Fatima, Felix, Femke,
  Finn, Freya, Gabriel, Giulia, Grace, Hana, Hannah, Hassan, Hugo, Ibrahim, Ida, Ines, Ingrid, Isla, Ivan, Jack, Jamal,
  Jana, Jonas, Julia, Kai, Karim, Katya, Kenji, Kofi, Lara, Lars, Laura, Leila, Leo, Lina, Linh, Lucia, Lukas, Mads,
  Maja, Marco, Maria, Marta, Mateo, Maya, Mei, Mia, Mila, Milan, Mina, Mohamed, Nadia, Naomi, Niamh, Nina, Noah, Nora,
  Olga, Oliver, Omar, Oscar, Paula, Pedro, Petra, Pia, Priya, Rafael, Rania, Ravi, Rosa, Rosie, Ruben, Sam, Samira,
  Sara, Sofia, Soren, Stella, Sven, Tariq, Tess, Theo, Thomas, Tomas, Uma, Vera, Victor, Wei, Willem, Yara, Yusuf, Zoe
`);

export const LAST_NAMES = words(`
  Abara, Ahmed, Almeida, Andersen, Bakker, Banerjee, Barros, Becker, Bergstrom, Bianchi, Boateng, Brennan, Brooks,
  Byrne, Carvalho, Castillo, Chen, Clarke, Costa, Cruz, Dahl, Delgado, Diallo, Dubois, Eriksen, Farah, Ferrari, Fischer,
  Fontaine, Fraser, Garcia, Gill, Gomez, Hansen, Haddad, Hughes, Iqbal, Ito, Ivanova, Jansen, Johansson, Jones, Kaya,
  Keller, Khan, Kim, Klein, Kowalska, Kumar, Lambert, Larsen, Laurent, Lee, Lindqvist, Lopez, Marino, Martin, Mensah,
  Meyer, Moreau, Morgan, Mueller, Murphy, Nakamura, Navarro, Nguyen, Nielsen, Novak, Okafor, Okoye, Oliveira, Osei,
  Palmer, Park, Patel, Pereira, Petrov, Quinn, Rahman, Reid, Ricci, Rossi, Roy, Ruiz, Santos, Sato, Schmidt, Shah,
  Silva, Singh, Sorensen, Stewart, Suzuki, Svensson, Tan, Tanaka, Torres, Tran, Vargas, Visser, Vogel, Walsh, Weber,
  Wilson, Wong, Yildiz, Young, Zhang, Ziegler
`);

export const COMPANY_FIRST = words(`
  Copper, Juniper, Harbour, Olive, Maple, Little, Blue, Corner, Wild, Salt, Golden, Old Mill, North, Cedar, Rye, Fig,
  Honey, Lantern, Meadow, Station, River, Sunday, Nettle, Quince, Saffron, Thistle, Walnut, Amber, Birch, Clover
`);

export const COMPANY_SECOND = words(`
  Kettle, Table, Spoon, Oven, Street, Garden, House, Crumb, Fork, Hearth, Larch, Goose, Pantry, Plate, Lane, Door, Barn,
  Anchor, Fox, Pot
`);

/** Kinds of company: the last word of the name, and the `industry` property. */
export const COMPANY_KINDS = [
  ["Bakery", "bakery"],
  ["Coffee", "café"],
  ["Kitchen", "restaurant"],
  ["Bistro", "restaurant"],
  ["Catering", "catering"],
  ["Brewery", "brewery"],
  ["Deli", "deli"],
] as const;

export const SUPPLIERS = words("Brakes, Metro, Transgourmet, Sysco, Bidfood, Local market, Mill & Sons, Green Grocers");
