using System.Text.RegularExpressions;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary><c>ropewalk dig</c> beside BIND's dig, with the same words and the same server: what they print is the same, byte by byte, but for numbers, cookies and times.</summary>
public sealed class DigComparisonTests
{
    private const string Records =
        """
        afsdb AFSDB 1 afs.example.
        apl APL 1:192.168.32.0/21 !1:192.168.38.0/28 2:2001:db8::/32
        caa CAA 0 issue "ca.example.net; policy=ev"
        cdnskey CDNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
        cds CDS 1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB
        cert CERT PKIX 12345 8 AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8w
        csync CSYNC 66 3 A NS AAAA
        dhcid DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
        dname DNAME target.example.
        dnskey DNSKEY 256 3 8 AwEAAcw5QLr0IjmMO6e/OhMyRVEwg1NcGrLd0m3v4rCUHxT9mU5LcWyK9Qn5bRHJ5NcDk8qFqZ5nSLoLKrjLxH7nQxqf9mGHvTMd3QgIXc5QgJ9AGRZDNzQh2eZ4IOUxKOE9j+8CWq5G7kkVcEiYIH2RQdeQjPr5lXjCv0TYbHkFrGDx
        ds DS 1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB
        ds NS ns
        eui48 EUI48 00-00-5e-00-53-2a
        hinfo HINFO "PDP-11" "UNIX"
        https HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1
        ipseckey IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
        kx KX 10 kx.example.
        l32 L32 10 10.1.2.0
        loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
        high LOC 60 9 0.5 S 24 39 0 E 10.25m 20m 200m 2m
        lp LP 10 l64.example.
        minfo MINFO a.example. b.example.
        naptr NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
        openpgpkey OPENPGPKEY AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5
        rp RP a.example. b.example.
        smimea SMIMEA 3 0 0 308201A2300D06092A864886F70D01010105000382018F003082018A02820181
        sshfp SSHFP 4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789
        svcb SVCB 1 www port=853 alpn=dot
        tlsa TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
        quoted TXT "hello world" "two" "semi;colon" "quo\"te" "back\\slash" "\007\200x"
        uri URI 10 1 "ftp://ftp1.example.com/public"
        zonemd ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE
        unknown TYPE65280 \# 40 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627
        odd\.na\;me\@\$x\032y A 192.0.2.1

        """;

    private static readonly string Types = string.Join(' ', Records.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Where(words => !words[0].StartsWith("odd", StringComparison.Ordinal)).Select(words => $"{words[0]}.example {words[1]}"));

    private static readonly string[] Lines =
    [
        "www.example",
        "www.example mx alias.example aaaa +short example soa",
        "www.example text.example txt example ns +noall +answer nobody.example +nocmd",
        "mx one.example example +noall +answer",
        "a mx +noall +question",
        $"+noall +answer {Types}",
        $"+noall +answer +multiline {Types}",
        $"+noall +answer +nocrypto {Types}",
        $"+noall +answer +unknownformat {Types}",
        "+multiline +ttlunits +nocl example soa dnskey.example dnskey +norrcomments",
        "+rrcomments dnskey.example dnskey",
        "+yaml +qr www.example",
        "+qr www.example +subnet=192.0.2.0/24 +nsid +cookie=0123456789abcdef +padding=128",
        "+qr www.example +zflag +aaflag +tcflag +raflag +noall +comments +ednsopt=65001:abcd",
        "+identify +short www.example",
        "big.example txt +ignore",
        "big.example txt +noall +stats",
        "www.example +tcp",
        "www.example +noedns +nocookie",
        "www.example +nottlid +nocomments +nostats +nocmd",
        "www.example +noclass +noall +question +answer",
        "www.example +noclass +nottlid +noall +question +answer",
        "+expandaaaa +noall +answer www.example aaaa",
        "+search +domain=example www +noall +question",
        "+search +domain=example nobody",
        "+domain=example www +ndots=0 +noall +question",
        "-x nobody +short",
        "-t nosuch www.example +noall +answer",
        "www.example in a ch +noall +comments",
        "version.server ch txt",
        "-b 127.0.0.5 www.example +short",
        "-b 192.0.2.1 www.example",
        "a..b",
        $"www.example +nocmd -y {DnsServerProgram.KeyWord}",
        "www.example +nocmd -y hmac-sha256:k:d3Jvbmd3cm9uZ3dyb25nd3Jvbmd3cm9uZ3dy",
        "www.example +nocmd -y hmac-sha256:nobody:d3Jvbmd3cm9uZ3dyb25nd3Jvbmd3cm9uZ3dy",
    ];

    [Fact]
    public async Task They_print_the_same()
    {
        ExternalProgram dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsServerProgram server = await DnsServerProgram.StartAsync("nsd", Records);
        foreach (string line in Lines)
        {
            string[] words = ["@127.0.0.1", "-p", $"{server.Port}", .. line.Split(' ')];
            ProgramResult theirs = await dig.RunAsync(words), ours = await RopewalkProgram.RunAsync(["dig", .. words]);
            Assert.Equal($"{line}\n{Settle(theirs)}", $"{line}\n{Settle(ours)}");
        }
    }

    [Fact]
    public async Task They_transfer_the_same()
    {
        ExternalProgram dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsServerProgram server = await DnsServerProgram.StartAsync("nsd", Records);
        string[] words = ["@127.0.0.1", "-p", $"{server.Port}", "example", "axfr", "-y", DnsServerProgram.KeyWord, "+nocmd", "+nostats"];
        ProgramResult theirs = await dig.RunAsync(words), ours = await RopewalkProgram.RunAsync(["dig", .. words]);
        // dig shows the signatures too, and says that NSD's later messages have no OPT record.
        Assert.Equal(
            theirs.Output.Split('\n').Where(line => !line.Contains("\tTSIG\t", StringComparison.Ordinal) && !line.StartsWith(";;", StringComparison.Ordinal)),
            ours.Output.Split('\n'));
    }

    [Fact]
    public async Task Where_nobody_answers_they_say_the_same()
    {
        ExternalProgram dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        int nobody = FreePort.Find();
        foreach (string line in (string[])["www.example +tries=2", "www.example +tcp +tries=1", "www.example +nocomments +tries=1"])
        {
            string[] words = ["@127.0.0.1", "-p", $"{nobody}", .. line.Split(' ')];
            Assert.Equal(Settle(await dig.RunAsync(words)), Settle(await RopewalkProgram.RunAsync(["dig", .. words])));
        }
    }

    // What differs from run to run.
    private static string Settle(ProgramResult result)
    {
        string text = result.Output;
        foreach ((string pattern, string with) in ((string, string)[])
            [
                ("id: \\d+", "id: 1"), ("COOKIE: (?!0123456789abcdef$)[0-9a-f]{16}", "COOKIE: x"), ("COOKIE: x[0-9a-f]+", "COOKIE: xy"), ("Query time: \\d+", "Query time: 0"), ("WHEN: .*", "WHEN: now"), ("in \\d+ ms", "in 0 ms"),
                ("timestamp \\S+", "timestamp now"), ("<<>> (DiG|ropewalk dig) \\S+", "<<>> dig"), ("hmac-sha256\\. \\d+ 300 32 \\S+ \\d+", "hmac-sha256. now 300 32 x 1"), ("hmac-sha256\\. \\d+ 300 0 \\d+", "hmac-sha256. now 300 0 1"),
                // dig's own doubts about keys of less than 112 bits
                (".*too short to be secure\n", ""),
            ])
        {
            text = Regex.Replace(text, pattern, with, RegexOptions.Multiline);
        }

        return $"{result.ExitCode}\n{text}";
    }
}
