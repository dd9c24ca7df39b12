using System.Text;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Is one message as a value. It exists only if it can be sent: nothing in it holds CR, LF or NUL, and only the last parameter holds a space.</summary>
/// <remarks><b>Shape</b>: <c>['@' tags SPACE] [':' source SPACE] command {SPACE parameter} [SPACE ':' parameter]</c>. <b>Spec</b>: RFC 1459 §2.3.1, IRCv3 message-tags.</remarks>
public sealed class IrcMessage
{
    private readonly string[] _parameters;
    private readonly IrcTag[] _tags;

    /// <summary>Creates a message without tags and source, as clients send them.</summary>
    /// <param name="command">The command: letters, or three digits.</param>
    /// <param name="parameters">At most 15; only the last one may be empty, hold a space, or begin with a colon.</param>
    /// <exception cref="FormatException">Something could not be sent as it is: it would break the line, or mean something else.</exception>
    public IrcMessage(string command, params IEnumerable<string> parameters)
        : this([], default, command, parameters)
    {
    }

    /// <summary>Creates a message.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="source">Where it comes from; empty for none.</param>
    /// <param name="command">The command: letters, or three digits.</param>
    /// <param name="parameters">At most 15; only the last one may be empty, hold a space, or begin with a colon.</param>
    /// <exception cref="FormatException">Something could not be sent as it is: it would break the line, or mean something else.</exception>
    public IrcMessage(IEnumerable<IrcTag> tags, IrcSource source, string command, params IEnumerable<string> parameters)
    {
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(parameters);
        _tags = [.. tags];
        Source = source;
        Command = command.ToUpperInvariant();
        _parameters = [.. parameters];
        Check();
    }

    private IrcMessage(IrcTag[] tags, IrcSource source, string command, string[] parameters)
    {
        _tags = tags;
        Source = source;
        Command = command;
        _parameters = parameters;
    }

    /// <summary>Gets the tags, in order.</summary>
    public IReadOnlyList<IrcTag> Tags => _tags;

    /// <summary>Gets where the message comes from; empty if it does not say.</summary>
    public IrcSource Source { get; }

    /// <summary>Gets the command, in capitals.</summary>
    public string Command { get; }

    /// <summary>Gets the parameters.</summary>
    public IReadOnlyList<string> Parameters => _parameters;

    /// <summary>Gets a parameter; empty if there is no such parameter.</summary>
    public string this[int index] => (uint)index < (uint)_parameters.Length ? _parameters[index] : "";

    /// <summary>Gets the last parameter, where the text of most messages is; empty if there is none.</summary>
    public string Last => _parameters.Length == 0 ? "" : _parameters[^1];

    /// <summary>Gets the numeric of a server's reply, or 0.</summary>
    public int Numeric => Command.Length == 3 && char.IsAsciiDigit(Command[0]) ? ((Command[0] - '0') * 100) + ((Command[1] - '0') * 10) + Command[2] - '0' : 0;

    /// <summary>Copies a message out of the bytes it lies in. What is not UTF-8 becomes U+FFFD; a tag whose key is malformed is left out.</summary>
    public static IrcMessage Of(in IrcMessageView view)
    {
        string[] parameters = new string[view.ParameterCount];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = Encoding.UTF8.GetString(view[i]);
        }

        return new IrcMessage(
            TagsOf(view.Tags),
            view.Source.IsEmpty ? default : IrcSource.Parse(Encoding.UTF8.GetString(view.Source)),
            Encoding.UTF8.GetString(view.Command).ToUpperInvariant(),
            parameters);
    }

    /// <summary>Parses a line, without its break.</summary>
    /// <exception cref="FormatException">The line is not a message; the violation is named.</exception>
    public static IrcMessage Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new FormatException("More than one line.");
        }

        IrcViolation violation = IrcMessageView.Decode(Encoding.UTF8.GetBytes(line), IrcLimits.TagsBytes, out IrcMessageView view);
        if (violation == IrcViolation.None && view.Command.IsEmpty)
        {
            violation = IrcViolation.CommandMissing;
        }

        return violation == IrcViolation.None ? Of(view) : throw new FormatException($"Not a message: {violation}.");
    }

    /// <summary>Gets a tag's value, or null if there is no such tag.</summary>
    public string? Tag(string key)
    {
        foreach (IrcTag tag in _tags)
        {
            if (tag.Key == key)
            {
                return tag.Value;
            }
        }

        return null;
    }

    /// <summary>Makes the same message with other tags.</summary>
    public IrcMessage WithTags(params IEnumerable<IrcTag> tags) => new([.. tags], Source, Command, _parameters);

    /// <summary>Shows the message as it is sent, without its break and without its secrets: passwords, keys of channels and what a login says are asterisks. What is sent is made by <see cref="IrcMessageEncoder"/>.</summary>
    public override string ToString() => ToLine(hidesSecrets: true);

    /// <summary>Gives the message as it is sent, without its break.</summary>
    internal string ToLine() => ToLine(hidesSecrets: false);

    private string ToLine(bool hidesSecrets)
    {
        var line = new StringBuilder();
        if (_tags.Length > 0)
        {
            line.Append('@').AppendJoin(';', _tags).Append(' ');
        }

        if (!Source.IsEmpty)
        {
            line.Append(':').Append(Source.ToString()).Append(' ');
        }

        line.Append(Command);
        for (int i = 0; i < _parameters.Length; i++)
        {
            string parameter = hidesSecrets ? IrcSecrets.Shown(Command, _parameters, i) : _parameters[i];
            line.Append(' ').Append(i == _parameters.Length - 1 && NeedsColon(parameter) ? ":" : "").Append(parameter);
        }

        return line.ToString();
    }

    private static IrcTag[] TagsOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        var tags = new List<IrcTag>();
        // 8191 bytes hold four thousand tags: each is looked up, none is searched for.
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var each = new IrcTagEnumerator(bytes);
        while (each.MoveNext())
        {
            string key = Encoding.UTF8.GetString(each.Key);
            string value = IrcTag.IsKey(key) ? IrcTag.Unescape(each.EscapedValue) : "\0";
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                continue;
            }

            if (places.TryGetValue(key, out int place))
            {
                tags[place] = new IrcTag(key, value);
            }
            else
            {
                places.Add(key, tags.Count);
                tags.Add(new IrcTag(key, value));
            }
        }

        return [.. tags];
    }

    private static bool NeedsColon(string last) => last.Length == 0 || last[0] == ':' || last.Contains(' ', StringComparison.Ordinal);

    private void Check()
    {
        bool isNumeric = Command.Length == 3 && Command.All(char.IsAsciiDigit);
        if (Command.Length == 0 || !(isNumeric || Command.All(char.IsAsciiLetter)))
        {
            throw new FormatException("A command is letters or three digits.");
        }

        if (_parameters.Length > IrcLimits.Parameters)
        {
            throw new FormatException($"{Command} has {_parameters.Length} parameters; there can be {IrcLimits.Parameters}.");
        }

        string source = Source.IsEmpty ? "" : Source.ToString();
        if (source.AsSpan().IndexOfAny(" \r\n\0") >= 0)
        {
            throw new FormatException("The source of a message holds a space, CR, LF or NUL.");
        }

        for (int i = 0; i < _parameters.Length; i++)
        {
            CheckParameter(i);
        }
    }

    private void CheckParameter(int index)
    {
        string parameter = _parameters[index] ?? throw new ArgumentNullException($"parameters[{index}]");
        if (parameter.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw new FormatException($"Parameter {index + 1} of {Command} holds CR, LF or NUL.");
        }

        if (index < _parameters.Length - 1 && NeedsColon(parameter))
        {
            throw new FormatException($"Parameter {index + 1} of {Command} is empty, holds a space or begins with a colon; only the last one may.");
        }
    }
}
