using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ropewalk.Cli.Configuration;

/// <summary>
/// Reads YAML (and JSON, which is YAML) into a tree that keeps its marks. Input is not trusted: size, depth and the number of nodes are
/// bounded, an alias counts as all that it stands for, tags and merge keys are refused.
/// </summary>
internal sealed class YamlTreeReader
{
    /// <summary>The largest file. A thousand sites fit in a tenth of it.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>The deepest nesting. The schema needs five.</summary>
    public const int MostDepth = 24;

    /// <summary>The most nodes, aliases expanded: what stops an alias bomb.</summary>
    public const int MostNodes = 20_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ConfigurationSource _source;
    private readonly ConfigurationProblems _problems;
    private readonly IParser _parser;
    private readonly Dictionary<string, ConfigurationNode?> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlTreeReader(ConfigurationSource source, ConfigurationProblems problems, IParser parser)
    {
        _source = source;
        _problems = problems;
        _parser = parser;
    }

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>The tree's root, an empty mapping for an empty file, or null if the text is not YAML within the bounds; then a problem says so.</returns>
    public static MappingNode? Read(ReadOnlySpan<byte> bytes, ConfigurationSource source, ConfigurationProblems problems)
    {
        var start = new Origin(source, 1, 1);
        if (bytes.Length > MostBytes)
        {
            problems.Add(start, $"the file has {bytes.Length} bytes; {MostBytes} are allowed");
            return null;
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException e)
        {
            problems.Add(start, $"the file is not UTF-8 text (byte {e.Index})");
            return null;
        }

        return Read(text, source, problems);
    }

    /// <summary>Parses text.</summary>
    public static MappingNode? Read(string text, ConfigurationSource source, ConfigurationProblems problems)
    {
        var scanner = new Scanner(new StringReader(text));
        var reader = new YamlTreeReader(source, problems, new Parser(scanner));
        try
        {
            return reader.ReadDocument();
        }
        catch (TooMuchException e)
        {
            problems.Add(e.At, e.Message);
        }
        catch (YamlException e)
        {
            bool spans = e.End.Line > e.Start.Line;
            Mark at = e.Message.Contains("tab as indentation", StringComparison.Ordinal) ? scanner.CurrentPosition : spans ? e.End : e.Start;
            problems.Add(reader.At(at), $"not valid YAML: {Plainly(e)}{(spans ? $" (begun in line {e.Start.Line})" : "")}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException or FormatException or OverflowException)
        {
            // the scanner trips over some malformed input without a word of its own
            problems.Add(reader.At(scanner.CurrentPosition), "not valid YAML: a bracket, brace or quote before this is not closed, or this does not belong here");
        }

        return null;
    }

    private MappingNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        var top = new Origin(_source, 1, 1);
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return new MappingNode(top, []);
        }

        _parser.Consume<DocumentStart>();
        ConfigurationNode? root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is { } next && next is not StreamEnd)
        {
            _problems.Add(At(next.Start), "a second document begins here; a configuration is one document");
            return null;
        }

        switch (root)
        {
            case null:
                return null;
            case MappingNode mapping:
                return mapping;
            case ScalarNode { IsNull: true }:
                return new MappingNode(top, []);
            default:
                _problems.Add(root.Origin, $"a configuration is a mapping of sections; this is {root.ShapeText}");
                return null;
        }
    }

    private ConfigurationNode? ReadNode(int depth)
    {
        ParsingEvent at = _parser.Current ?? throw new YamlException("unexpected end");
        if (depth > MostDepth)
        {
            throw new TooMuchException(At(at.Start), $"nested more than {MostDepth} deep");
        }

        Count(1, at.Start);
        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return ReadAlias(alias);
        }

        string? anchor = null;
        if (at is NodeEvent node)
        {
            anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            {
                _problems.Add(At(node.Start), $"tags are not used here: remove '{node.Tag.Value}'");
            }
        }

        if (anchor is not null)
        {
            // known but not complete: an alias inside its own node is a loop
            _anchors[anchor] = null;
        }

        ConfigurationNode? read = at switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw new YamlException(at.Start, at.End, "unexpected text"),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = read;
        }

        return read;
    }

    private ConfigurationNode? ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out ConfigurationNode? target))
        {
            _problems.Add(At(alias.Start), $"no anchor '&{alias.Value.Value}' stands before this alias");
            return null;
        }

        if (target is null)
        {
            _problems.Add(At(alias.Start), $"the alias '*{alias.Value.Value}' stands inside the node that it names");
            return null;
        }

        Count(target.Size, alias.Start);
        return target;
    }

    private ScalarNode ReadScalar()
    {
        Scalar scalar = _parser.Consume<Scalar>();
        bool plain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
        int quotes = plain ? 0 : 1;
        // where the text's length and the columns agree there are no escapes in between, and an offset in the text is an offset in the line
        bool follows = scalar.Start.Line == scalar.End.Line && scalar.End.Column - scalar.Start.Column == scalar.Value.Length + (2 * quotes);
        return new ScalarNode(At(scalar.Start), scalar.Value, plain, follows ? quotes : null);
    }

    private SequenceNode ReadSequence(int depth)
    {
        SequenceStart start = _parser.Consume<SequenceStart>();
        var items = new List<ConfigurationNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode(depth + 1) is { } item)
            {
                items.Add(item);
            }
        }

        return new SequenceNode(At(start.Start), items);
    }

    private MappingNode ReadMapping(int depth)
    {
        MappingStart start = _parser.Consume<MappingStart>();
        var entries = new List<MappingEntry>();
        var seen = new Dictionary<string, Origin>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ConfigurationNode? key = ReadNode(depth + 1);
            ConfigurationNode? value = ReadNode(depth + 1);
            if (key is not ScalarNode { IsNull: false } name)
            {
                if (key is not null)
                {
                    _problems.Add(key.Origin, $"a key is a single word; this is {key.ShapeText}");
                }
            }
            else if (seen.TryGetValue(name.Text, out Origin first))
            {
                _problems.Add(name.Origin, $"the key '{Shown(name.Text)}' is here twice; the first is in line {first.Line}");
            }
            else
            {
                seen.Add(name.Text, name.Origin);
                if (value is not null)
                {
                    entries.Add(new MappingEntry(name.Text, name.Origin, value));
                }
            }
        }

        return new MappingNode(At(start.Start), entries);
    }

    private void Count(int nodes, Mark at)
    {
        _nodes += nodes;
        if (_nodes > MostNodes)
        {
            throw new TooMuchException(At(at), $"more than {MostNodes} values, aliases counted as often as they are used");
        }
    }

    private Origin At(Mark mark) => new(_source, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    internal static string Shown(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");

    private static string Plainly(YamlException e)
    {
        string message = e.Message.ReplaceLineEndings(" ");
        // the library's own position prefix, "(Line: 1, Col: 2, Idx: 1) - (…): text"
        int colon = message.StartsWith("(Line:", StringComparison.Ordinal) ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        message = colon < 0 ? message : message[(colon + 3)..];
        return message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : "unreadable";
    }

    private sealed class TooMuchException(Origin at, string message) : Exception(message)
    {
        public Origin At { get; } = at;
    }
}
