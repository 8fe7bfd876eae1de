"""Common misspellings, nearly all of which word lists made from the web hold."""

from __future__ import annotations

__all__ = ["COMMON_SLIPS"]

_TABLE = """
abberation aberration, abscence absence, absense absence, absolutly absolutely, acceptible acceptable, accomodate
accommodate, accomodated accommodated, accomodates accommodates, accomodating accommodating, accomodation
accommodation, accomodations accommodations, accross across, acheive achieve, acheived achieved, acheivement
achievement, acheivements achievements, acheives achieves, acheiving achieving, acknowlege acknowledge, acknowleged
acknowledged, adress address, adressed addressed, adressing addressing, advertisment advertisement, advertisments
advertisements, agressive aggressive, agressively aggressively, alledged alleged, alledgedly allegedly, allmost
almost, allready already, alltogether altogether, allways always, alot a lot, amatuer amateur, anually annually,
aparently apparently, apparant apparent, apparantly apparently, appearence appearance, aproach approach, apropriate
appropriate, aproximately approximately, aquire acquire, aquired acquired, aquiring acquiring, aquisition
acquisition, arguement argument, arguements arguments, arround around, assasin assassin, assasinated assassinated,
assasination assassination, aswell as well, athiest atheist, atleast at least, attendence attendance, availible
available, avaliable available, awfull awful, basicly basically, beautifull beautiful, becasue because, becomming
becoming, becuase because, begginer beginner, begginers beginners, beggining beginning, begining beginning, beleif
belief, beleive believe, beleived believed, beleives believes, beleiving believing, belive believe, benifit benefit,
benifits benefits, buisness business, buisnesses businesses, bussiness business, bussinesses businesses, carreer
career, catagories categories, catagory category, cemetaries cemeteries, cemetary cemetery, challange challenge,
challanges challenges, charachter character, charachters characters, choosen chosen, collegue colleague, collegues
colleagues, colum column, comission commission, comissions commissions, comittee committee, comming coming, commited
committed, commitee committee, commitees committees, commiting committing, committment commitment, committments
commitments, comparision comparison, comparisions comparisons, completley completely, completly completely,
concensus consensus, concious conscious, conciously consciously, consciencious conscientious, consistantly
consistently, continous continuous, continously continuously, convienient convenient, convinient convenient,
critisism criticism, curiousity curiosity, decieve deceive, decieved deceived, definately definitely, definatly
definitely, definetly definitely, definitley definitely, definitly definitely, defintely definitely, desparate
desperate, desparately desperately, developement development, developements developments, devide divide, devided
divided, diferent different, differant different, diffrent different, dilemna dilemma, disapear disappear,
disapeared disappeared, disapoint disappoint, disapointed disappointed, disapointing disappointing, disapointment
disappointment, discribe describe, discribed described, discription description, dissapear disappear, dissapeared
disappeared, dissapoint disappoint, dissapointed disappointed, dissapointing disappointing, dissapointment
disappointment, eachother each other, easely easily, eigth eighth, embarass embarrass, embarassed embarrassed,
embarassing embarrassing, embarassment embarrassment, enviroment environment, enviromental environmental,
enviroments environments, equiptment equipment, especialy especially, excellant excellent, excercise exercise,
excercises exercises, exellent excellent, existance existence, expecially especially, experiance experience,
experianced experienced, experiances experiences, explaination explanation, extremly extremely, familar familiar,
finaly finally, flourescent fluorescent, foriegn foreign, foriegner foreigner, foriegners foreigners, forteen
fourteen, fourty forty, freind friend, freindly friendly, freinds friends, fullfil fulfil, fullfill fulfill,
fullfilled fulfilled, futher further, garantee guarantee, garanteed guaranteed, gaurantee guarantee, gauranteed
guaranteed, gaurd guard, gaurds guards, generaly generally, govenment government, goverment government, govermental
governmental, goverments governments, grafitti graffiti, grammer grammar, greatful grateful, greatfully gratefully,
guidence guidance, happend happened, happenned happened, harrass harass, harrassed harassed, harrassing harassing,
harrassment harassment, heirarchy hierarchy, hygeine hygiene, hypocracy hypocrisy, hypocrit hypocrite, imediately
immediately, immediatly immediately, immitate imitate, immitation imitation, independance independence, independant
independent, independantly independently, indispensible indispensable, infact in fact, inital initial, initialy
initially, innoculate inoculate, intresting interesting, irrelevent irrelevant, irresistable irresistible, knowlege
knowledge, knowlegeable knowledgeable, labratory laboratory, lenght length, lenghts lengths, liason liaison,
libaries libraries, libary library, maintainance maintenance, maintainence maintenance, maintenence maintenance,
managment management, medecine medicine, millenium millennium, minature miniature, mischievious mischievous, mispell
misspell, mispelled misspelled, mispelling misspelling, naturaly naturally, neccesary necessary, neccessarily
necessarily, neccessary necessary, neccessity necessity, necesary necessary, nieghbour neighbour, nineth ninth,
ninty ninety, noone no one, noticable noticeable, noticably noticeably, occasionaly occasionally, occassion
occasion, occassional occasional, occassionally occasionally, occassions occasions, occurance occurrence, occurances
occurrences, occured occurred, occurence occurrence, occurences occurrences, occuring occurring, opertunity
opportunity, oportunity opportunity, oppertunity opportunity, oppurtunity opportunity, orginal original, orginally
originally, originaly originally, parliment parliament, parrallel parallel, particularily particularly, particulary
particularly, peice piece, peices pieces, percieve perceive, percieved perceived, perfomance performance,
performence performance, permanant permanent, perseverence perseverance, persue pursue, persued pursued, persuing
pursuing, posess possess, posession possession, posessions possessions, possable possible, possesion possession,
possesions possessions, possibilty possibility, possiblity possibility, potatos potatoes, practicaly practically,
preceeded preceded, preceeding preceding, prefered preferred, prefering preferring, privelege privilege, priviledge
privilege, priviledged privileged, priviledges privileges, probaly probably, profesionals professionals,
proffesional professional, proffesor professor, pronounciation pronunciation, pumkin pumpkin, pyschology psychology,
questionaire questionnaire, questionaires questionnaires, realy really, reccomend recommend, reccomended
recommended, reccommend recommend, reccommended recommended, reciept receipt, reciepts receipts, recieve receive,
recieved received, reciever receiver, recievers receivers, recieves receives, recieving receiving, recomend
recommend, recomendation recommendation, recomendations recommendations, recomended recommended, refered referred,
refering referring, rehersal rehearsal, relevent relevant, religous religious, religously religiously, remeber
remember, remembrence remembrance, repitition repetition, resistence resistance, responce response, responces
responses, responsability responsibility, responsibilty responsibility, restaraunt restaurant, restaraunts
restaurants, resturant restaurant, resturants restaurants, rythm rhythm, rythmic rhythmic, rythms rhythms, seige
siege, sentance sentence, sentances sentences, seperate separate, seperated separated, seperately separately,
seperates separates, seperating separating, seperation separation, shedule schedule, sieze seize, siezed seized,
siezure seizure, similarily similarly, similiar similar, sincerley sincerely, sincerly sincerely, speach speech,
speaches speeches, strenght strength, strenghten strengthen, strenghts strengths, succeded succeeded, succesful
successful, succesfully successfully, successfull successful, successfuly successfully, sucess success, sucessful
successful, sucessfully successfully, sufficent sufficient, suprise surprise, suprised surprised, suprises
surprises, suprising surprising, suprisingly surprisingly, suround surround, surpress suppress, tatoo tattoo, tatoos
tattoos, technicaly technically, temperment temperament, temperture temperature, tendancy tendency, therfore
therefore, thier their, thorougly thoroughly, thourough thorough, threshhold threshold, threshholds thresholds,
togehter together, tommorow tomorrow, tommorrow tomorrow, tomorow tomorrow, tounge tongue, tradional traditional,
tradtional traditional, truely truly, truley truly, twelth twelfth, tyrany tyranny, uneccessary unnecessary,
unecessary unnecessary, unforseen unforeseen, unfortunatly unfortunately, unnecesary unnecessary, unnecessarly
unnecessarily, untill until, unusuall unusual, usally usually, usefull useful, usefullness usefulness, usualy
usually, vaccum vacuum, vaccuum vacuum, vegatable vegetable, vegtable vegetable, vehical vehicle, visable visible,
whereever wherever, whitch which, wich which, wierd weird, wierdly weirdly, wihtout without, withdrawl withdrawal,
witheld withheld, withold withhold, wonderfull wonderful, writen written, writting writing, yeild yield, yeilded
yielded, yeilds yields
"""
COMMON_SLIPS = dict(entry.split(maxsplit=1) for entry in _TABLE.strip().replace("\n", " ").split(", "))
"""What people write, in lower case, and what they mean."""
