using System.Globalization;
using System.Text;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>
/// Sends lines: to the client whose command is being applied (the caller), in one piece per command, and to others, each spelling of a line encoded once
/// however many get it.
/// </summary>
/// <remarks>
/// <para><b>Theory.</b> A line is built in <see cref="Line"/>, its tags are set, and <see cref="SendTo"/> is called for each who gets it. Which tags a client gets is
/// decided by its capabilities alone, so there are as many spellings as combinations of those (<see cref="IrcClientCapabilities.Spelling"/>), and each is
/// made when the first client needs it. Nothing is allocated: buffers and counted bytes are used again.</para>
/// <para>What the caller gets during its command is one response: if the command had a label, the response carries it (IRCv3 labeled-response): on the line, if there is
/// just one; around all, as a batch, if there are more; on an ACK, if there is none.</para>
/// </remarks>
internal sealed class IrcOutput
{
    private const int MostReplyBytes = 16 * 1024;

    private readonly IrcBytes _replies = new(1024);
    private readonly IrcBytes _scratch = new(1024);
    private readonly IrcBytes _messageId = new(0);
    private readonly IrcBytes _heldTags = new(0);
    private readonly IrcBytes _heldLine = new(0);
    private readonly SharedBytes?[] _spellings = new SharedBytes?[(int)IrcClientCapabilities.Spelling + 1];
    private readonly byte[] _time = Encoding.ASCII.GetBytes("time=0000-00-00T00:00:00.000Z");
    private readonly byte[] _serverSource;
    private DateTimeOffset _timeOf;
    private IrcUser? _caller;
    private IrcLabel? _label;
    private long _batches;
    private byte[]? _innerBatch;
    private byte[]? _account;
    private bool _isBot;
    private DateTimeOffset? _ownTime;

    /// <summary>Creates the output.</summary>
    /// <param name="serverName">The server's name.</param>
    public IrcOutput(string serverName)
    {
        _serverSource = Encoding.ASCII.GetBytes($":{serverName} ");
    }

    /// <summary>Gets the line that is being built.</summary>
    public IrcLineWriter Line { get; } = new();

    /// <summary>Gets the label of the command that is being applied, or null.</summary>
    public IrcLabel? Label => _label;

    /// <summary>Gets those whose send queue was full, to be closed when the command has been applied.</summary>
    public List<IrcUser> Overflown { get; } = [];

    /// <summary>Begins the response to a command.</summary>
    public void BeginResponse(IrcUser caller, DateTimeOffset now, IrcLabel? label)
    {
        SetTime(now);
        _replies.Clear();
        _innerBatch = null;
        _caller = caller;
        _label = label;
    }

    /// <summary>Sets the time of lines that nobody's command caused.</summary>
    public void SetTime(DateTimeOffset now)
    {
        if (now.Ticks / TimeSpan.TicksPerMillisecond != _timeOf.Ticks / TimeSpan.TicksPerMillisecond)
        {
            _timeOf = now;
            WriteTime(now, _time.AsSpan("time=".Length));
        }
    }

    /// <summary>Ends the response.</summary>
    /// <param name="isPostponed">True if it will go on later, with the same label.</param>
    public void EndResponse(bool isPostponed = false)
    {
        if (_label is not null && !isPostponed)
        {
            EndLabel(_label);
        }
        else if (_label is { Lines: 1, Batch: 0 })
        {
            // More is to come, and the one line cannot be held until then: others use what holds it.
            BeginBatch(_label);
        }

        FlushReplies();
        _caller = null;
        _label = null;
    }

    /// <summary>Begins a line of the server's own.</summary>
    public IrcLineWriter BeginServerLine()
    {
        EndLine();
        return Line.Begin().Add(_serverSource);
    }

    /// <summary>Begins a line that a user caused: its source is the user.</summary>
    public IrcLineWriter BeginUserLine(IrcUser source)
    {
        EndLine();
        _account = source.Account;
        _isBot = (source.Modes & IrcUserModes.Bot) != 0;
        return Line.Begin().Add(source.Source);
    }

    /// <summary>Begins a line without a source.</summary>
    public IrcLineWriter BeginBareLine()
    {
        EndLine();
        return Line.Begin();
    }

    /// <summary>Gives the line a message id.</summary>
    public void SetMessageId(ReadOnlySpan<byte> id)
    {
        _messageId.Clear();
        _messageId.Add(id);
    }

    /// <summary>Gives the line the account that it was sent under, where that is not its source's present one.</summary>
    public void SetAccount(byte[]? account, bool isBot)
    {
        _account = account;
        _isBot = isBot;
    }

    /// <summary>Gives the line a time of its own: it is history.</summary>
    public void SetOwnTime(DateTimeOffset time) => _ownTime = time;

    /// <summary>Gets the client's own tags of the line, as they were written, with semicolons between.</summary>
    public IrcBytes ClientTags { get; } = new(0);

    /// <summary>Puts the lines from here on into a batch that the caller has been told to begin; null ends that.</summary>
    public void SetInnerBatch(byte[]? reference) => _innerBatch = reference;

    /// <summary>Makes a reference for a batch.</summary>
    public byte[] NewBatchReference() => Encoding.ASCII.GetBytes((++_batches).ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends the line to the caller. The line is ended.</summary>
    public void Reply() => SendTo(_caller!);

    /// <summary>Sends the line. It may be sent to any number of users; it is ended by the first, and forgotten when the next begins.</summary>
    public void SendTo(IrcUser user)
    {
        if (Line.Line is not [.., (byte)'\n'])
        {
            Line.End();
        }

        if (ReferenceEquals(user, _caller))
        {
            SendToCaller(user);
            return;
        }

        int spelling = (int)(user.Capabilities & IrcClientCapabilities.Spelling);
        SharedBytes bytes = _spellings[spelling] ??= Spell(user.Capabilities);
        if (!user.Link.TrySend(bytes))
        {
            NoteOverflow(user);
        }
    }

    /// <summary>Forgets the line, and lets go of its spellings.</summary>
    public void EndLine()
    {
        for (int i = 0; i < _spellings.Length; i++)
        {
            _spellings[i]?.Release();
            _spellings[i] = null;
        }

        _account = null;
        _isBot = false;
        _messageId.Clear();
        _ownTime = null;
        ClientTags.Clear();
    }

    /// <summary>Writes a time as the server-time tag has it: 24 letters.</summary>
    public static void WriteTime(DateTimeOffset time, Span<byte> to)
    {
        // Once per millisecond of a busy server: a format string would allocate.
        DateTime utc = time.UtcDateTime;
        WriteDigits(utc.Year, to[..4]);
        to[4] = (byte)'-';
        WriteDigits(utc.Month, to[5..7]);
        to[7] = (byte)'-';
        WriteDigits(utc.Day, to[8..10]);
        to[10] = (byte)'T';
        WriteDigits(utc.Hour, to[11..13]);
        to[13] = (byte)':';
        WriteDigits(utc.Minute, to[14..16]);
        to[16] = (byte)':';
        WriteDigits(utc.Second, to[17..19]);
        to[19] = (byte)'.';
        WriteDigits(utc.Millisecond, to[20..23]);
        to[23] = (byte)'Z';
    }

    private SharedBytes Spell(IrcClientCapabilities capabilities)
    {
        if ((capabilities & IrcClientCapabilities.Spelling) == 0)
        {
            return SharedBytes.Copy(Line.Line);
        }

        _scratch.Clear();
        WriteTags(_scratch, capabilities);
        EndTags(_scratch);
        _scratch.Add(Line.Line);
        return SharedBytes.Copy(_scratch.Span);
    }

    private void SendToCaller(IrcUser caller)
    {
        if (_label is null)
        {
            int start = _replies.Length;
            WriteTags(_replies, caller.Capabilities);
            EndTags(_replies, start);
            _replies.Add(Line.Line);
        }
        else
        {
            AddLabelled(caller, _label);
        }

        if (_replies.Length > Math.Min(MostReplyBytes, caller.Peer.Class.SendQueueBytes / 4))
        {
            FlushReplies();
        }
    }

    // The first line is held until it is known whether it is the only one.
    private void AddLabelled(IrcUser caller, IrcLabel label)
    {
        label.Lines++;
        if (label.Lines == 1)
        {
            _heldTags.Clear();
            _heldLine.Clear();
            WriteTags(_heldTags, caller.Capabilities);
            _heldLine.Add(Line.Line);
            return;
        }

        if (label.Batch == 0)
        {
            BeginBatch(label);
        }

        int start = _replies.Length;
        _replies.Add((byte)'@');
        WriteTags(_replies, caller.Capabilities);
        if (_innerBatch is null)
        {
            _replies.Add(_replies.Length == start + 1 ? ""u8 : ";"u8).Add("batch="u8).Add(label.Batch);
        }

        _replies.Add((byte)' ').Add(Line.Line);
    }

    private void BeginBatch(IrcLabel label)
    {
        label.Batch = ++_batches;
        BeginLabelledLine(label).Add("BATCH +"u8).Add(label.Batch).Add(" labeled-response\r\n"u8);
        AddHeld().Add("batch="u8).Add(label.Batch).Add((byte)' ').Add(_heldLine.Span);
    }

    private void EndLabel(IrcLabel label)
    {
        if (label.Lines == 0)
        {
            BeginLabelledLine(label).Add("ACK\r\n"u8);
        }
        else if (label.Batch == 0)
        {
            AddHeld().Add("label="u8).Add(label.Value).Add((byte)' ').Add(_heldLine.Span);
        }
        else
        {
            _replies.Add(_serverSource).Add("BATCH -"u8).Add(label.Batch).Add("\r\n"u8);
        }
    }

    private IrcBytes BeginLabelledLine(IrcLabel label) => _replies.Add("@label="u8).Add(label.Value).Add((byte)' ').Add(_serverSource);

    private IrcBytes AddHeld() => _replies.Add((byte)'@').Add(_heldTags.Span).Add(_heldTags.Length == 0 ? ""u8 : ";"u8);

    // The tags, without the at sign when the buffer is the held one's; see EndTags for the others.
    private void WriteTags(IrcBytes to, IrcClientCapabilities capabilities)
    {
        int start = to.Length;
        if ((capabilities & IrcClientCapabilities.ServerTime) != 0)
        {
            AddTime(to);
        }

        if ((capabilities & IrcClientCapabilities.AccountTag) != 0 && _account is not null)
        {
            AddEscaped(Separate(to, start).Add("account="u8), _account);
        }

        if ((capabilities & IrcClientCapabilities.MessageTags) != 0)
        {
            WriteMessageTags(to, start);
        }

        if (_innerBatch is not null && (capabilities & IrcClientCapabilities.Batch) != 0)
        {
            Separate(to, start).Add("batch="u8).Add(_innerBatch);
        }
    }

    private void WriteMessageTags(IrcBytes to, int start)
    {
        if (_messageId.Length > 0)
        {
            Separate(to, start).Add("msgid="u8).Add(_messageId.Span);
        }

        if (_isBot)
        {
            Separate(to, start).Add("bot"u8);
        }

        if (ClientTags.Length > 0)
        {
            Separate(to, start).Add(ClientTags.Span);
        }
    }

    // message-tags: an account may hold what ends a value, or begins an escape.
    private static void AddEscaped(IrcBytes to, byte[] value)
    {
        if (value.AsSpan().IndexOfAny((byte)'\\', (byte)';') < 0)
        {
            to.Add(value);
            return;
        }

        foreach (byte letter in value)
        {
            _ = letter switch
            {
                (byte)'\\' => to.Add("\\\\"u8),
                (byte)';' => to.Add("\\:"u8),
                _ => to.Add(letter),
            };
        }
    }

    private static IrcBytes Separate(IrcBytes to, int start) => to.Length == start ? to : to.Add((byte)';');

    private void AddTime(IrcBytes to)
    {
        if (_ownTime is not { } own)
        {
            to.Add(_time);
            return;
        }

        Span<byte> time = stackalloc byte[24];
        WriteTime(own, time);
        to.Add("time="u8).Add(time);
    }

    // Puts the at sign in front of tags that were written, and the space behind them, if there are any.
    private static void EndTags(IrcBytes bytes, int start = 0)
    {
        if (bytes.Length > start)
        {
            bytes.Insert(start, (byte)'@');
            bytes.Add((byte)' ');
        }
    }

    private static void WriteDigits(int number, Span<byte> to)
    {
        for (int i = to.Length - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private void FlushReplies()
    {
        if (_replies.Length == 0)
        {
            return;
        }

        SharedBytes bytes = SharedBytes.Copy(_replies.Span);
        _replies.Clear();
        if (!_caller!.Link.TrySend(bytes))
        {
            NoteOverflow(_caller);
        }

        bytes.Release();
    }

    private void NoteOverflow(IrcUser user)
    {
        if (!user.HasOverflown)
        {
            user.HasOverflown = true;
            Overflown.Add(user);
        }
    }
}
