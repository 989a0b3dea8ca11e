package dev.mallard.generate;

/** The word lists of the TPC-H specification, clauses 4.2.2.13, 4.2.2.14 and 4.2.3. */
final class TpchVocabulary {
  static final Words REGIONS = Words.of("AFRICA,AMERICA,ASIA,EUROPE,MIDDLE EAST");
  static final Words NATIONS =
      Words.of(
          "ALGERIA,ARGENTINA,BRAZIL,CANADA,EGYPT,ETHIOPIA,FRANCE,GERMANY,INDIA,INDONESIA,IRAN,IRAQ,"
              + "JAPAN,JORDAN,KENYA,MOROCCO,MOZAMBIQUE,PERU,CHINA,ROMANIA,SAUDI ARABIA,VIETNAM,"
              + "RUSSIA,UNITED KINGDOM,UNITED STATES");

  /** The region of each nation. */
  static final String NATION_REGIONS = "0111403322442400012342331";

  static final Words SEGMENTS = Words.of("AUTOMOBILE,BUILDING,FURNITURE,MACHINERY,HOUSEHOLD");
  static final Words PRIORITIES = Words.of("1-URGENT,2-HIGH,3-MEDIUM,4-NOT SPECIFIED,5-LOW");
  static final Words INSTRUCTIONS = Words.of("DELIVER IN PERSON,COLLECT COD,NONE,TAKE BACK RETURN");
  static final Words MODES = Words.of("REG AIR,AIR,RAIL,SHIP,TRUCK,MAIL,FOB");

  static final Words TYPE_CLASSES = Words.of("STANDARD,SMALL,MEDIUM,LARGE,ECONOMY,PROMO");
  static final Words TYPE_FINISHES = Words.of("ANODIZED,BURNISHED,PLATED,POLISHED,BRUSHED");
  static final Words TYPE_METALS = Words.of("TIN,NICKEL,BRASS,STEEL,COPPER");
  static final Words CONTAINER_SIZES = Words.of("SM,LG,MED,JUMBO,WRAP");
  static final Words CONTAINER_FORMS = Words.of("CASE,BOX,BAG,JAR,PKG,PACK,CAN,DRUM");
  static final Words COLOURS =
      Words.of(
          "almond,antique,aquamarine,azure,beige,bisque,black,blanched,blue,blush,brown,burlywood,"
              + "burnished,chartreuse,chiffon,chocolate,coral,cornflower,cornsilk,cream,cyan,dark,"
              + "deep,dim,dodger,drab,firebrick,floral,forest,frosted,gainsboro,ghost,goldenrod,"
              + "green,grey,honeydew,hot,indian,ivory,khaki,lace,lavender,lawn,lemon,light,lime,"
              + "linen,magenta,maroon,medium,metallic,midnight,mint,misty,moccasin,navajo,navy,"
              + "olive,orange,orchid,pale,papaya,peach,peru,pink,plum,powder,puff,purple,red,rose,"
              + "rosy,royal,saddle,salmon,sandy,seashell,sienna,sky,slate,smoke,snow,spring,steel,"
              + "tan,thistle,tomato,turquoise,violet,wheat,white,yellow");

  static final Words NOUNS =
      Words.of(
          "foxes,ideas,theodolites,pinto beans,instructions,dependencies,excuses,platelets,"
              + "asymptotes,courts,dolphins,multipliers,sauternes,warthogs,frets,dinos,attainments,"
              + "somas,Tiresias',patterns,forges,braids,hockey players,frays,warhorses,dugouts,"
              + "notornis,epitaphs,pearls,tithes,waters,orbits,gifts,sheaves,depths,sentiments,"
              + "decoys,realms,pains,grouches,escapades,packages,requests,accounts,deposits");
  static final Words VERBS =
      Words.of(
          "sleep,wake,are,cajole,haggle,nag,use,boost,affix,detect,integrate,maintain,nod,was,lose,"
              + "sublate,solve,thrash,promise,engage,hinder,print,x-ray,breach,eat,grow,impress,"
              + "mold,poach,serve,run,dazzle,snooze,doze,unwind,kindle,play,hang,believe,doubt");
  static final Words ADJECTIVES =
      Words.of(
          "special,pending,unusual,express,furious,sly,careful,blithe,quick,fluffy,slow,quiet,"
              + "ruthless,thin,close,dogged,daring,brave,stealthy,permanent,enticing,idle,busy,"
              + "regular,final,ironic,even,bold,silent");
  static final Words ADVERBS =
      Words.of(
          "sometimes,always,never,furiously,slyly,carefully,blithely,quickly,fluffily,slowly,"
              + "quietly,ruthlessly,thinly,closely,doggedly,daringly,bravely,stealthily,"
              + "permanently,enticingly,idly,busily,regularly,finally,ironically,evenly,boldly,"
              + "silently");
  static final Words PREPOSITIONS =
      Words.of(
          "about,above,according to,across,after,against,along,alongside of,among,around,at,atop,"
              + "before,behind,beneath,beside,besides,between,beyond,by,despite,during,except,for,"
              + "from,in place of,inside,instead of,into,near,of,on,outside,over,past,since,"
              + "through,throughout,to,toward,under,until,up,upon,without,with,within");
  static final Words AUXILIARIES =
      Words.of(
          "do,may,might,shall,will,would,can,could,should,ought to,must,will have to,shall have to,"
              + "could have to,should have to,must have to,need to,try to");
  static final Words TERMINATORS = Words.of(".,;,:,?,!,--");

  private TpchVocabulary() {}

  static int regionOf(int nation) {
    return NATION_REGIONS.charAt(nation) - '0';
  }
}
