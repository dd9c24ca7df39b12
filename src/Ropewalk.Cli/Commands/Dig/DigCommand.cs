using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Ropewalk.Blocking;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Text;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Is <c>ropewalk dig</c>: asks a DNS server and shows what it says, as dig does.</summary>
internal static class DigCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "dig";

    // dig's own codes: an answer, whatever it says; a wrong command line; a file of questions that cannot be read; no reply; something else.
    internal const int Answered = 0;
    internal const int NoReply = 9;
    private const int Usage = 1;
    private const int NoBatchFile = 8;
    private const int Failed = 10;

    /// <summary>Makes the command's page. A command line of dig goes to <see cref="RunAsync"/>: its words mean something else than elsewhere (<c>@server</c>, <c>+short</c>).</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage(Name, "Asks DNS servers and shows their answers, with dig's words and in dig's layout.")
        {
            Examples =
            [
                ("ropewalk dig example.org", "the addresses of a name, from the servers of /etc/resolv.conf"),
                ("ropewalk dig @192.0.2.1 -p 5353 example.org mx +short", "only the records, from another server"),
                ("ropewalk dig @192.0.2.1 +noall +answer example.org mx www.example.org aaaa", "two questions, and how both are shown"),
                ("ropewalk dig @192.0.2.1 example.org axfr -y hmac-sha256:name:c2VjcmV0", "a whole zone, signed"),
                ("ropewalk dig +trace www.example.org", "the way to a name, from the root down"),
                ("ropewalk dig @dns.example +tls -x 192.0.2.7 --json", "the name of an address, by TLS, as JSON"),
            ],
            Notes =
            [
                "WORD is @SERVER, a name, a type, a class, or one of -p PORT, -x ADDRESS, -t TYPE, -c CLASS, -q NAME, -f FILE, -b ADDRESS[#PORT], -y [HMAC:]NAME:SECRET, -k FILE, -4, -6, -u, --json. "
                    + "What stands before the first name is said of all questions, what stands behind a name of that one.",
                "How it is asked: +[no]tcp +[no]tls +tls-ca=FILE +tls-hostname=NAME +[no]recurse +[no]dnssec +[no]adflag +[no]cdflag +[no]aaflag +[no]tcflag +[no]raflag +[no]zflag +[no]edns[=N] +[no]ednsnegotiation "
                    + "+ednsopt=CODE[:HEX] +[no]nsid +[no]cookie[=HEX] +[no]badcookie +bufsize=N +subnet=NETWORK +[no]keepalive +[no]expire +padding=N +opcode=NAME +qid=N +[no]header-only +time=S +tries=N +retry=N +[no]ignore +[no]fail "
                    + "+[no]search +[no]showsearch +domain=NAME +ndots=N +[no]trace.",
                "What is shown: +[no]short +[no]identify +[no]yaml +[no]multiline +[no]all +[no]cmd +[no]qr +[no]comments +[no]question +[no]answer +[no]authority +[no]additional +[no]stats +[no]ttlid +[no]ttlunits +[no]class "
                    + "+[no]crypto +[no]rrcomments +[no]split=N +[no]onesoa +[no]unknownformat +[no]expandaaaa +[no]besteffort +[no]showbadcookie; the beginning of a word is enough.",
                "+tls checks the server's certificate, with the system's authorities or those of +tls-ca; dig checks nothing without +tls-ca.",
                "SERVER is an address, a name, or an endpoint such as tls:192.0.2.1:853:name=dns.example. Exit codes are dig's: 0 for any answer, 1 for a wrong command line, 8 for a file of questions that cannot be read, 9 for no reply, 10 for anything else.",
            ],
        };
        command.Add(new Argument<string[]>("WORD") { Description = "What to ask, and whom.", Arity = ArgumentArity.ZeroOrMore });
        command.SetAction((result, _) => RunAsync(result.GetValue<string[]>("WORD") ?? [], surroundings));
        return command;
    }

    /// <summary>Runs a command line of dig.</summary>
    /// <param name="args">The words behind <c>dig</c>.</param>
    /// <param name="surroundings">Where it runs.</param>
    public static async Task<int> RunAsync(string[] args, CommandSurroundings surroundings)
    {
        try
        {
            if (args is ["-v"])
            {
                surroundings.Console.Output.WriteLine($"ropewalk dig {VersionLine.Version}");
                return Answered;
            }

            DigLine line = DigParser.Parse(args);
            return line.BatchFile is null ? await RunLineAsync(line, surroundings, isFirst: true) : await RunFileAsync(line, surroundings);
        }
        catch (FormatException e)
        {
            surroundings.Console.Error.WriteLine(e.Message);
            surroundings.Console.Hint("ropewalk dig --help has the options and examples.");
            return Usage;
        }
        catch (DigException e)
        {
            surroundings.Console.Error.WriteLine($"dig: {e.Message}");
            return e.Code;
        }
        catch (Exception e) when (e is IOException or ArgumentException or SocketException or OptionsValidationException or UnauthorizedAccessException)
        {
            surroundings.Console.Complain(e.Message);
            return Failed;
        }
    }

    private static async Task<int> RunFileAsync(DigLine line, CommandSurroundings surroundings)
    {
        string path = Path.Combine(surroundings.WorkingFolder, line.BatchFile!);
        if (!File.Exists(path))
        {
            throw new DigException(NoBatchFile, $"couldn't open specified batch file '{line.BatchFile}'");
        }

        DigRequest each = line.KeyFile is null ? line.Default : line.Default with { Key = await ReadKeyAsync(line.KeyFile, surroundings) };
        int code = line.Requests.Count > 0 ? await RunLineAsync(line, surroundings, isFirst: true) : Answered;
        bool isFirst = line.Requests.Count == 0;
        // Line by line: a file may be a stream without end.
        foreach (string text in File.ReadLines(path))
        {
            string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0][0] is not ('#' or ';'))
            {
                code = Math.Max(code, await RunLineAsync(DigParser.Parse(words, each), surroundings, isFirst));
                isFirst = false;
            }
        }

        return code;
    }

    private static async Task<int> RunLineAsync(DigLine line, CommandSurroundings surroundings, bool isFirst)
    {
        foreach (string warning in line.Warnings)
        {
            surroundings.Console.Error.WriteLine($";; Warning, {warning}");
        }

        TsigKey? key = line.KeyFile is null ? line.Default.Key : await ReadKeyAsync(line.KeyFile, surroundings);
        DigServers servers = new();
        DigText text = new(surroundings.Console.Output);
        await using DnsClient client = new(new DnsClientOptions { Keys = key is null ? [] : [key] }, new EndpointContext { TimeProvider = surroundings.Time });
        int code = Answered;
        for (int i = 0; i < line.Requests.Count; i++)
        {
            DigRequest request = line.Requests[i] with { Key = key };
            IReadOnlyList<EndpointSpec> found = request.IsTrace && request.Servers.Count == 0 ? [] : await servers.FindAsync(request);
            if (i == 0 && line.ShowsCommand)
            {
                text.Greeting = Greet(line, found.Count, isFirst);
            }

            code = Math.Max(code, await AskAsync(request, client, servers, found, text, surroundings));
        }

        return code;
    }

    private static async Task<int> AskAsync(DigRequest request, DnsClient client, DigServers servers, IReadOnlyList<EndpointSpec> found, DigText text, CommandSurroundings surroundings)
    {
        (IReadOnlyList<DomainName> suffixes, int ndots) = await servers.FindSearchAsync(request);
        DomainName asIs = ParseName(request.NameText);
        if (request.IsTransfer)
        {
            text.ShowGreeting();
            return await new DigTransfer(request, text, surroundings).RunAsync(client, asIs, found[0]);
        }

        if (request.IsTrace)
        {
            return await new DigTrace(request, client, text, surroundings.Time).RunAsync(asIs, found);
        }

        IDigOutput output = request.IsJson ? new DigJson(surroundings.Console.Output, surroundings.Console.Error) : request.IsYaml ? new DigYaml(surroundings.Console.Output, surroundings.Console.Error) : text;
        return await new DigLookup(request, client, found, output, surroundings.Time).RunAsync(SearchOrder.Of(request.NameText, suffixes, ndots));
    }

    private static string Greet(DigLine line, int servers, bool isFirst)
    {
        string words = $"; <<>> ropewalk dig {VersionLine.Version} <<>> {string.Join(' ', Hide(line.Words))}{Environment.NewLine}";
        string count = line.Default.Servers.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; ({servers} server{(servers == 1 ? "" : "s")} found){Environment.NewLine}");
        return isFirst ? $"{Environment.NewLine}{words}{count};; global options: +cmd{Environment.NewLine}" : words;
    }

    private static async Task<TsigKey> ReadKeyAsync(string path, CommandSurroundings surroundings)
    {
        string whole = Path.Combine(surroundings.WorkingFolder, path);
        // dig asks without a signature then; who wants one would not know.
        if (!File.Exists(whole))
        {
            throw new FormatException($"Couldn't read key from {path}: file not found");
        }

        using var reader = new StreamReader(RegularFile.OpenRead(whole));
        char[] text = new char[DigKeys.MostFileChars + 1];
        return DigKeys.ParseFile(path, new string(text, 0, await reader.ReadBlockAsync(text)));
    }

    private static DomainName ParseName(string text)
    {
        if (DomainName.TryParse(System.Text.Encoding.UTF8.GetBytes(text), DomainName.Root, out DomainName? name, out MasterFileViolation violation))
        {
            return name;
        }

        string reason = violation switch
        {
            MasterFileViolation.LabelEmpty => "empty label",
            MasterFileViolation.LabelTooLong => "label too long",
            MasterFileViolation.NameTooLong => "ran out of space",
            MasterFileViolation.EscapeMalformed => "bad escape",
            _ => violation.ToString(),
        };
        throw new DigException(Failed, $"'{text}' is not a legal name ({reason})");
    }

    // A secret on the command line is not shown again.
    private static IEnumerable<string> Hide(IEnumerable<string> args)
    {
        bool isKey = false;
        foreach (string word in args)
        {
            yield return isKey ? "***" : word.StartsWith("-y", StringComparison.Ordinal) && word.Length > 2 ? "-y***" : word;
            isKey = word == "-y";
        }
    }
}
