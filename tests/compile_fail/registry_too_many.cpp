// SPDX-License-Identifier: MIT
// expect: memscape: list at most 256 nodes side by side behind the reader: split them into groups.
#include <memscape/memscape.hpp>

using memscape::leaf;

struct no_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {.used = memscape::bytes{1}}; }
};

auto const tree = memscape::registry{
    memscape::native_reader{},

    leaf<"n0">(no_source{}), leaf<"n1">(no_source{}), leaf<"n2">(no_source{}), leaf<"n3">(no_source{}),
    leaf<"n4">(no_source{}), leaf<"n5">(no_source{}), leaf<"n6">(no_source{}), leaf<"n7">(no_source{}),
    leaf<"n8">(no_source{}), leaf<"n9">(no_source{}), leaf<"n10">(no_source{}), leaf<"n11">(no_source{}),
    leaf<"n12">(no_source{}), leaf<"n13">(no_source{}), leaf<"n14">(no_source{}), leaf<"n15">(no_source{}),
    leaf<"n16">(no_source{}), leaf<"n17">(no_source{}), leaf<"n18">(no_source{}), leaf<"n19">(no_source{}),
    leaf<"n20">(no_source{}), leaf<"n21">(no_source{}), leaf<"n22">(no_source{}), leaf<"n23">(no_source{}),
    leaf<"n24">(no_source{}), leaf<"n25">(no_source{}), leaf<"n26">(no_source{}), leaf<"n27">(no_source{}),
    leaf<"n28">(no_source{}), leaf<"n29">(no_source{}), leaf<"n30">(no_source{}), leaf<"n31">(no_source{}),
    leaf<"n32">(no_source{}), leaf<"n33">(no_source{}), leaf<"n34">(no_source{}), leaf<"n35">(no_source{}),
    leaf<"n36">(no_source{}), leaf<"n37">(no_source{}), leaf<"n38">(no_source{}), leaf<"n39">(no_source{}),
    leaf<"n40">(no_source{}), leaf<"n41">(no_source{}), leaf<"n42">(no_source{}), leaf<"n43">(no_source{}),
    leaf<"n44">(no_source{}), leaf<"n45">(no_source{}), leaf<"n46">(no_source{}), leaf<"n47">(no_source{}),
    leaf<"n48">(no_source{}), leaf<"n49">(no_source{}), leaf<"n50">(no_source{}), leaf<"n51">(no_source{}),
    leaf<"n52">(no_source{}), leaf<"n53">(no_source{}), leaf<"n54">(no_source{}), leaf<"n55">(no_source{}),
    leaf<"n56">(no_source{}), leaf<"n57">(no_source{}), leaf<"n58">(no_source{}), leaf<"n59">(no_source{}),
    leaf<"n60">(no_source{}), leaf<"n61">(no_source{}), leaf<"n62">(no_source{}), leaf<"n63">(no_source{}),
    leaf<"n64">(no_source{}), leaf<"n65">(no_source{}), leaf<"n66">(no_source{}), leaf<"n67">(no_source{}),
    leaf<"n68">(no_source{}), leaf<"n69">(no_source{}), leaf<"n70">(no_source{}), leaf<"n71">(no_source{}),
    leaf<"n72">(no_source{}), leaf<"n73">(no_source{}), leaf<"n74">(no_source{}), leaf<"n75">(no_source{}),
    leaf<"n76">(no_source{}), leaf<"n77">(no_source{}), leaf<"n78">(no_source{}), leaf<"n79">(no_source{}),
    leaf<"n80">(no_source{}), leaf<"n81">(no_source{}), leaf<"n82">(no_source{}), leaf<"n83">(no_source{}),
    leaf<"n84">(no_source{}), leaf<"n85">(no_source{}), leaf<"n86">(no_source{}), leaf<"n87">(no_source{}),
    leaf<"n88">(no_source{}), leaf<"n89">(no_source{}), leaf<"n90">(no_source{}), leaf<"n91">(no_source{}),
    leaf<"n92">(no_source{}), leaf<"n93">(no_source{}), leaf<"n94">(no_source{}), leaf<"n95">(no_source{}),
    leaf<"n96">(no_source{}), leaf<"n97">(no_source{}), leaf<"n98">(no_source{}), leaf<"n99">(no_source{}),
    leaf<"n100">(no_source{}), leaf<"n101">(no_source{}), leaf<"n102">(no_source{}), leaf<"n103">(no_source{}),
    leaf<"n104">(no_source{}), leaf<"n105">(no_source{}), leaf<"n106">(no_source{}), leaf<"n107">(no_source{}),
    leaf<"n108">(no_source{}), leaf<"n109">(no_source{}), leaf<"n110">(no_source{}), leaf<"n111">(no_source{}),
    leaf<"n112">(no_source{}), leaf<"n113">(no_source{}), leaf<"n114">(no_source{}), leaf<"n115">(no_source{}),
    leaf<"n116">(no_source{}), leaf<"n117">(no_source{}), leaf<"n118">(no_source{}), leaf<"n119">(no_source{}),
    leaf<"n120">(no_source{}), leaf<"n121">(no_source{}), leaf<"n122">(no_source{}), leaf<"n123">(no_source{}),
    leaf<"n124">(no_source{}), leaf<"n125">(no_source{}), leaf<"n126">(no_source{}), leaf<"n127">(no_source{}),
    leaf<"n128">(no_source{}), leaf<"n129">(no_source{}), leaf<"n130">(no_source{}), leaf<"n131">(no_source{}),
    leaf<"n132">(no_source{}), leaf<"n133">(no_source{}), leaf<"n134">(no_source{}), leaf<"n135">(no_source{}),
    leaf<"n136">(no_source{}), leaf<"n137">(no_source{}), leaf<"n138">(no_source{}), leaf<"n139">(no_source{}),
    leaf<"n140">(no_source{}), leaf<"n141">(no_source{}), leaf<"n142">(no_source{}), leaf<"n143">(no_source{}),
    leaf<"n144">(no_source{}), leaf<"n145">(no_source{}), leaf<"n146">(no_source{}), leaf<"n147">(no_source{}),
    leaf<"n148">(no_source{}), leaf<"n149">(no_source{}), leaf<"n150">(no_source{}), leaf<"n151">(no_source{}),
    leaf<"n152">(no_source{}), leaf<"n153">(no_source{}), leaf<"n154">(no_source{}), leaf<"n155">(no_source{}),
    leaf<"n156">(no_source{}), leaf<"n157">(no_source{}), leaf<"n158">(no_source{}), leaf<"n159">(no_source{}),
    leaf<"n160">(no_source{}), leaf<"n161">(no_source{}), leaf<"n162">(no_source{}), leaf<"n163">(no_source{}),
    leaf<"n164">(no_source{}), leaf<"n165">(no_source{}), leaf<"n166">(no_source{}), leaf<"n167">(no_source{}),
    leaf<"n168">(no_source{}), leaf<"n169">(no_source{}), leaf<"n170">(no_source{}), leaf<"n171">(no_source{}),
    leaf<"n172">(no_source{}), leaf<"n173">(no_source{}), leaf<"n174">(no_source{}), leaf<"n175">(no_source{}),
    leaf<"n176">(no_source{}), leaf<"n177">(no_source{}), leaf<"n178">(no_source{}), leaf<"n179">(no_source{}),
    leaf<"n180">(no_source{}), leaf<"n181">(no_source{}), leaf<"n182">(no_source{}), leaf<"n183">(no_source{}),
    leaf<"n184">(no_source{}), leaf<"n185">(no_source{}), leaf<"n186">(no_source{}), leaf<"n187">(no_source{}),
    leaf<"n188">(no_source{}), leaf<"n189">(no_source{}), leaf<"n190">(no_source{}), leaf<"n191">(no_source{}),
    leaf<"n192">(no_source{}), leaf<"n193">(no_source{}), leaf<"n194">(no_source{}), leaf<"n195">(no_source{}),
    leaf<"n196">(no_source{}), leaf<"n197">(no_source{}), leaf<"n198">(no_source{}), leaf<"n199">(no_source{}),
    leaf<"n200">(no_source{}), leaf<"n201">(no_source{}), leaf<"n202">(no_source{}), leaf<"n203">(no_source{}),
    leaf<"n204">(no_source{}), leaf<"n205">(no_source{}), leaf<"n206">(no_source{}), leaf<"n207">(no_source{}),
    leaf<"n208">(no_source{}), leaf<"n209">(no_source{}), leaf<"n210">(no_source{}), leaf<"n211">(no_source{}),
    leaf<"n212">(no_source{}), leaf<"n213">(no_source{}), leaf<"n214">(no_source{}), leaf<"n215">(no_source{}),
    leaf<"n216">(no_source{}), leaf<"n217">(no_source{}), leaf<"n218">(no_source{}), leaf<"n219">(no_source{}),
    leaf<"n220">(no_source{}), leaf<"n221">(no_source{}), leaf<"n222">(no_source{}), leaf<"n223">(no_source{}),
    leaf<"n224">(no_source{}), leaf<"n225">(no_source{}), leaf<"n226">(no_source{}), leaf<"n227">(no_source{}),
    leaf<"n228">(no_source{}), leaf<"n229">(no_source{}), leaf<"n230">(no_source{}), leaf<"n231">(no_source{}),
    leaf<"n232">(no_source{}), leaf<"n233">(no_source{}), leaf<"n234">(no_source{}), leaf<"n235">(no_source{}),
    leaf<"n236">(no_source{}), leaf<"n237">(no_source{}), leaf<"n238">(no_source{}), leaf<"n239">(no_source{}),
    leaf<"n240">(no_source{}), leaf<"n241">(no_source{}), leaf<"n242">(no_source{}), leaf<"n243">(no_source{}),
    leaf<"n244">(no_source{}), leaf<"n245">(no_source{}), leaf<"n246">(no_source{}), leaf<"n247">(no_source{}),
    leaf<"n248">(no_source{}), leaf<"n249">(no_source{}), leaf<"n250">(no_source{}), leaf<"n251">(no_source{}),
    leaf<"n252">(no_source{}), leaf<"n253">(no_source{}), leaf<"n254">(no_source{}), leaf<"n255">(no_source{})
#ifndef MEMSCAPE_PASSING_TWIN
        ,
    leaf<"one_more">(no_source{})
#endif
};
