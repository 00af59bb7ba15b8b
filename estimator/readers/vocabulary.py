"""Words of drawings in some thirty languages: what layers, blocks and rooms are called, in lower case.

Accents may be left out; they are taken away on both sides before words are compared.
"""

from __future__ import annotations

from typing import Final

WALLS: Final = """
wall walls wand wande waende mauer mauern mauerwerk trennwand mur muri murs muraille cloison cloisons muro muros
pared paredes tabique tabiques parete pareti tramezzo tramezzi parede alvenaria vegg vegger vaegg vaeg vaegge
vagg vaggar seina seinat sciana sciany scian stena steny sten pricka pricky zid zidovi zidovz fal falak zeinat
stiena perete pereti duvar duvarlar muur muren binnenmuur buitenmuur wanden siena sienas sein seinad stina стена
стены стен стіна стіни зид перегородка перегородки tembok dinding tuong pader toichos toixos τοιχος τοιχοι קיר
קירות جدار جدران دیوار دیوارها 壁 墙 墻 牆 墙体 벽 벽체 ผนัง partition partitions masonry drywall bearingwall wallline
walllines
"""
"""Words for walls; short ones are matched whole, those of five letters and more at either end of a word."""

DOORS: Final = """
door doors tur tueren turen tuer porte portes puerta puertas porta porti dor dorer dorr dorrar ovi ovet drzwi
dvere dver vrata ajto usa usi kapi kapilar deur deuren durvis duru durys uks uksed дверь двери вратa врата двері
pintu cua pinto πορτα πορτες דלת דלתות باب أبواب ابواب درب درها ドア 扉 建具 门 門 문 ประตู
"""
"""Words for doors."""

WINDOWS: Final = """
window windows glaz glazing glazed fenster fenetre fenetres finestra finestre ventana ventanas janela janelas
vindu vinduer vindue fonster ikkuna ikkunat okno okna prozor prozori ablak fereastra ferestre pencere pencereler
raam ramen kozijn kozijnen logs logi langas langai aken aknad окно окна окон вікно вікна прозорец прозор jendela
cuaso bintana παραθυρο παραθυρα חלון חלונות نافذة نوافذ شباك پنجره 窓 窗 창 창문 หน้าต่าง
"""
"""Words for windows."""

OPENINGS: Final = """
opening openings offnung offnungen oeffnung oeffnungen ouverture ouvertures baie baies menuiserie menuiseries
abertura aberturas vano vanos apertura aperture serramenti infissi carpinteria esquadrias caixilharia apning
apninger abning abninger oppning oppningar aukko aukot otwor otwory otvor otvory nyilas stolarka проем проемы
отвор 开口 門窗 门窗 洞口 doorwindow jamb jambs
"""
"""Words for both."""

FILLS: Final = """
hatch hatching hatches schraffur schraffuren hachure hachures tratteggio retino sombreado achurado hatchura
skravering skraffering rasteri kreskowanie srafy srafa kitoltes haszura tarama arcering штриховка poche patt
pattern fill fills fullung solid 填充
"""
"""Words for the filling between two lines."""

OTHERS: Final = """
stem stemwall foundation foundations footing footings footer footers fundament fundamente fondation fondations
fundacion cimiento cimientos cimentacion fondazione fondazioni fundacao header headers beam beams balken poutre
viga trave roof roofing dach toit toiture techo cubierta tejado tetto copertura telhado tak katto dak strecha
крыша 屋顶 eave eaves overhang deck decking ceiling ceilings clng decke plafond soffitto teto cielo 天花 floor
floors flooring flor slab boden bodenbelag sol pavimento piso furniture furn moebel mobel mobiliar meuble
meubles mobilier mueble muebles mobiliario arredo arredi mobili moveis inventar kalusteet meble nabytek mobila
mobilya meubilair мебель 家具 fixture fixtures fixt equip equipment equipo equipement appliance appliances
sanitary sanitar sanitaer sanitaire sanitaires sanitario sanitarios sanitari plumbing plumb plumbin wc bad
kitchen kuche cocina cuisine cucina cabinet cabinets casework case cabinetry counter millwork 厨具 洁具 dim dims
dimension dimensions bemassung massketten masse masskette cotation cotations cote cotes cota cotas quote
quotatura mitat wymiary koty kote olcu maatvoering размеры 标注 尺寸 寸法 text texte texts texto textos testo testi
tekst beschriftung anno annotation annotations note notes anntext tag tags iden label labels symb symbol symbole
symbols legend title titleblock ttlb border rahmen cadre cartouche schriftfeld blattrahmen sheet viewport vport
vports defpoints grid raster axis axes achse achsen axe ejes eje assi asse os osy axen оси 轴线 轴网 centerline
centreline cntr ctr electrical elec elektro electricite electrico electricidad elettrico lighting light lights
lamp lamps power socket sockets switch hvac duct heizung mechanical mech pipe pipes piping rohr gas water wasser
drain sewer stair stairs strs treppe treppen escalier escaleras escalera scala scale trappe trapp portaat schody
лестница 楼梯 階段 ramp rail railing handrail gelander landscape garden garten jardin giardino tree trees plant
plants planting vegetation baum site property parcel road street terrain topo contour survey car cars auto
people person mensch section sections schnitt coupe corte elevation elevations ansicht facade fachada prospetto
detail details detalle temp temporary hidden overhead ovhd above construction construct hilfslinie hilfslinien
konstruktion footprint area areas flaeche flachen surface superficie room rooms raum raume zone zones pieces
piece habitacion locale insulation insul dammung daemmung isolation isolant aislamiento column columns cols colm
stutze stutzen saule poteau poteaux pilar pilares pilastro pilastri columna columnas колонны 柱 shear bracing
demo demolition abbruch demolished curtain curtainwall schrank schranke wandschrank wandschranke armario placard
armadio armadietto wardrobe closet wallpaper paint tile tiles fliesen carrelage picture bild image background
underlay hinweis
"""
"""Words for what is not printed."""

ROOMS: Final = """
room bedroom bed living dining kitchen kit bath bathroom shower toilet toil wc powder entry foyer hall hallway
corridor closet clo cl wic pantry utility util laundry garage office study den family great master mstr guest
store storage porch stair lobby loft attic basement mechanical mech nook mud zimmer wohnzimmer wohnen
schlafzimmer schlafen kinderzimmer kind kinder eltern kuche kueche essen bad dusche flur diele gang abstellraum
abst hwr hauswirtschaft buro arbeitszimmer gast keller garderobe windfang ankleide speis technik chambre sejour
salon cuisine salle sdb manger bain eau couloir entree bureau cellier buanderie degagement placard dormitorio
habitacion cocina bano aseo comedor pasillo despacho lavadero vestibulo recibidor camera soggiorno cucina bagno
corridoio ingresso studio ripostiglio letto pranzo quarto sala cozinha banheiro corredor escritorio suite
slaapkamer woonkamer keuken badkamer hal berging soverom stue kjokken bod sovrum vardagsrum kok pokoj kuchnia
lazienka korytarz spalnia гостиная спальня кухня ванная коридор прихожая санузел 卧室 客厅 厨房 卫生间 餐厅 主卧
次卧 书房 阳台 走廊
储藏室 浴室 寝室 居間 台所 玄関 廊下 押入 洋室 和室 거실 침실 주방 욕실
"""
"""Words that rooms are called by, in lower case without accents."""
