using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Parses dig's own way of writing a command line: <c>@server</c>, <c>name</c>, <c>type</c>, <c>class</c>, <c>-x</c>, <c>+option</c>.</summary>
/// <remarks>
/// As dig: what stands before the first name is said of all questions, what stands behind a name of that one. Each further name begins another question, which knows nothing of the one before.
/// </remarks>
internal sealed class DigParser
{
    private readonly List<DigRequest> _requests = [];
    private readonly List<string> _warnings = [];
    private readonly bool _isBatch;
    private DigRequest _default;
    private DigRequest _request;
    private bool _hasDefaultType;
    private bool _hasType;
    private bool _hasClass;
    private bool _hasOpenWords = true;
    private string? _batchFile;
    private string? _keyFile;

    private DigParser(DigRequest? standard)
    {
        _isBatch = standard is not null;
        _default = _request = standard ?? new DigRequest();
    }

    /// <summary>Parses a line.</summary>
    /// <param name="args">Its words.</param>
    /// <param name="standard">What the command line has said of all questions, if this is a line of a file.</param>
    /// <exception cref="FormatException">It cannot be understood; the message says what.</exception>
    public static DigLine Parse(IReadOnlyList<string> args, DigRequest? standard = null)
    {
        DigParser parser = new(standard);
        Queue<string> words = new(args);
        while (words.TryDequeue(out string? word))
        {
            if (word.StartsWith('@'))
            {
                parser.Set(parser._request with { Servers = [.. parser._request.Servers, word[1..]] });
            }
            else if (word.StartsWith('+'))
            {
                parser.Set(DigWords.Take(word[1..], parser._request));
                parser.SetForAll();
            }
            else if (word is ['-', _, ..])
            {
                parser.TakeDash(word, words);
            }
            else
            {
                parser.TakeWord(word);
            }
        }

        return parser.End(args);
    }

    private DigLine End(IReadOnlyList<string> args)
    {
        if (_requests.Count == 0 && _batchFile is null)
        {
            // As dig: without a name, the servers of the root, whatever the type.
            _requests.Add(_default with { Type = DnsType.NS });
        }

        // As dig: these are said of all, wherever they stand.
        DigRequest[] made = [.. _requests.Select(request => request with { IsShort = _default.IsShort, IsJson = _default.IsJson, IsYaml = _default.IsYaml, Key = _default.Key })];
        return new(made, args, _default, _batchFile, _keyFile, _warnings);
    }

    // What is said before a name is said of all.
    private void Set(DigRequest request)
    {
        _request = request;
        if (_requests.Count == 0)
        {
            _default = request;
        }
        else
        {
            _requests[^1] = request;
        }
    }

    private void SetForAll()
    {
        DigParts command = (_default.Parts & ~DigParts.Command) | (_request.Parts & DigParts.Command);
        _default = _default with { IsShort = _request.IsShort, IsJson = _request.IsJson, IsYaml = _request.IsYaml, Parts = command };
    }

    private void Begin(string name, DnsType? type = null)
    {
        _hasType = _hasDefaultType || type is not null;
        _hasClass = false;
        _request = _default with { NameText = name, Type = _hasDefaultType ? _default.Type : type ?? _default.Type };
        _requests.Add(_request);
    }

    private void TakeWord(string word)
    {
        // As dig: a word that is a type or a class is one, unless -t or -c has been there; what is none is a name.
        if (_hasOpenWords && TryTakeType(word))
        {
            return;
        }

        if (_hasOpenWords && DnsClasses.TryParse(word, out DnsClass recordClass))
        {
            TakeClass(recordClass);
            return;
        }

        Begin(word);
    }

    private void TakeClass(DnsClass recordClass)
    {
        if (_hasClass)
        {
            _warnings.Add("extra class option");
        }

        _hasClass = true;
        Set(_request with { Query = _request.Query with { Class = recordClass } });
    }

    private bool TryTakeType(string word)
    {
        DigRequest request;
        if (word.StartsWith("ixfr=", StringComparison.OrdinalIgnoreCase) && uint.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out uint since))
        {
            request = _request with { Type = DnsType.IXFR, Since = since };
        }
        else if (DnsTypes.TryParse(word, out DnsType type) && type != DnsType.IXFR)
        {
            request = _request with { Type = type, Since = null };
        }
        else
        {
            return false;
        }

        if (_hasType)
        {
            _warnings.Add("extra type option");
        }

        _hasType = true;
        _hasDefaultType |= _requests.Count == 0;
        Set(request);
        return true;
    }

    private void TakeDash(string word, Queue<string> words)
    {
        switch (word)
        {
            case "--json":
                Set(_request with { IsJson = true });
                SetForAll();
                return;
            case "-4" or "-6":
                Set(_request with { Family = word[1] - '0' });
                return;
            case "-u":
                Set(_request with { HasMicroseconds = true });
                return;
            // Nothing is read from ~/.digrc, and the memory is the runtime's.
            case "-r" or "-m" or "-i":
                return;
        }

        if (!"bcfkpqtxy".Contains(word[1], StringComparison.Ordinal))
        {
            throw new FormatException($"Invalid option: {word}");
        }

        string value = word.Length > 2 ? word[2..] : words.TryDequeue(out string? next) ? next : throw new FormatException($"Invalid option: {word}");
        TakeValue(word[1], value);
    }

    private void TakeValue(char option, string value)
    {
        switch (option)
        {
            case 'b':
                Set(_request with { From = ParseFrom(value) });
                break;
            case 'c' when DnsClasses.TryParse(value, out DnsClass recordClass):
                TakeClass(recordClass);
                break;
            case 'c':
                _warnings.Add($"ignoring invalid class {value}");
                break;
            case 'f':
                _batchFile = !_isBatch ? value : throw new FormatException("-f: a file of questions cannot name another one");
                break;
            case 'k':
                _keyFile = value;
                break;
            case 'p':
                Set(_request with { Port = DigWords.ParseNumber("port number", value, 1, 65535) });
                break;
            case 'q':
                Begin(value);
                break;
            case 't':
                _hasOpenWords = false;
                if (!TryTakeType(value))
                {
                    _warnings.Add($"ignoring invalid type {value}");
                }

                break;
            case 'x':
                Begin(ParseReverse(value), DnsType.PTR);
                break;
            case 'y':
                TsigKey key = DigKeys.ParseWord(value);
                Set(_request with { Key = key });
                _default = _default with { Key = key };
                break;
        }
    }

    // As dig: of what is no whole address, the parts between its dots in reverse order, which is how a network's zone is asked for.
    private static string ParseReverse(string text)
    {
        bool isWhole = IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(letter => letter == '.') == 3);
        return isWhole ? ReverseName.Of(address!).ToString() : $"{string.Join('.', text.TrimEnd('.').Split('.').Reverse())}.in-addr.arpa.";
    }

    // address[#port]
    private static IPEndPoint ParseFrom(string text)
    {
        string[] parts = text.Split('#', 2);
        int port = parts.Length > 1 ? DigWords.ParseNumber("port number", parts[1], 0, 65535) : 0;
        return IPAddress.TryParse(parts[0], out IPAddress? address) ? new IPEndPoint(address, port) : throw new FormatException($"invalid address {parts[0]}");
    }
}
