using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Ropewalk.Chat.Tests.Irc.Client;

/// <summary>A tiny server: it lets everybody in, has channels, echoes, labels and history. What a test wants beside that it says itself.</summary>
internal sealed class ScriptedServer
{
    public const string Capabilities = "batch labeled-response echo-message server-time message-tags draft/chathistory extended-join";

    private readonly Lock _gate = new();
    private readonly List<string> _heard = [];
    private readonly List<string> _answered = [];
    private readonly List<(Predicate<string> IsIt, TaskCompletionSource Answered)> _awaited = [];
    private readonly List<(string Channel, IrcMessage Message)> _history = [];
    private readonly Dictionary<ConnectionContext, string> _nicks = [];
    private readonly Dictionary<string, HashSet<ConnectionContext>> _channels = [];
    private int _ids;

    public string Offered { get; set; } = Capabilities;

    public string Features { get; set; } = "CHANTYPES=# CHATHISTORY=3 MONITOR=10";

    /// <summary>Gets every line that has come until now, in order.</summary>
    public List<string> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public List<ConnectionContext> Connections { get; } = [];

    /// <summary>Gets or sets what answers a message before the server does; true if it has.</summary>
    public Func<ConnectionContext, IrcMessage, bool>? Before { get; set; }

    /// <summary>Gets or sets what answers a message before the server does, and may wait; true if it has.</summary>
    public Func<ConnectionContext, IrcMessage, Task<bool>>? BeforeAsync { get; set; }

    public async Task ServeAsync(ConnectionContext connection)
    {
        Connections.Add(connection);
        try
        {
            await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(9000)))
            {
                string text = Encoding.UTF8.GetString(line);
                Hear(text);
                var message = IrcMessage.Parse(text);
                if (Before?.Invoke(connection, message) != true && !(BeforeAsync is { } before && await before(connection, message)))
                {
                    Answer(connection, message);
                }

                await connection.Transport.Output.FlushAsync();
                TellAnswered(text);
                if (message.Command == "QUIT")
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // the client is gone
        }
        finally
        {
            foreach (HashSet<ConnectionContext> members in _channels.Values)
            {
                members.Remove(connection);
            }
        }
    }

    /// <summary>Completes when a line has come, or has come before, and its answer has been sent.</summary>
    public Task AnsweredAsync(Predicate<string> isIt)
    {
        lock (_gate)
        {
            if (_answered.Exists(isIt))
            {
                return Task.CompletedTask;
            }

            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((isIt, answered));
            return answered.Task;
        }
    }

    /// <summary>Lets somebody say something in a channel; those who are in it hear it.</summary>
    public async Task SayAsync(string channel, string text, string from = "bob!b@host")
    {
        foreach (ConnectionContext member in Say(channel, text, from, null, null))
        {
            await member.Transport.Output.FlushAsync();
        }
    }

    public static void Write(ConnectionContext connection, string line) => connection.Transport.Output.Write(Encoding.UTF8.GetBytes(line + "\r\n"));

    private void Hear(string line)
    {
        lock (_gate)
        {
            _heard.Add(line);
        }
    }

    private void TellAnswered(string line)
    {
        lock (_gate)
        {
            _answered.Add(line);
            foreach ((_, TaskCompletionSource answered) in _awaited.Where(each => each.IsIt(line)))
            {
                answered.TrySetResult();
            }

            _awaited.RemoveAll(each => each.Answered.Task.IsCompleted);
        }
    }

    private void Answer(ConnectionContext connection, IrcMessage message)
    {
        string nick = _nicks.GetValueOrDefault(connection, "*");
        string label = message.Tag("label") is { } given ? $"@label={given} " : "";
        switch (message.Command)
        {
            case "CAP" when message[0] == "LS":
                Write(connection, $":s CAP * LS :{Offered}");
                break;
            case "CAP" when message[0] == "REQ":
                Write(connection, $":s CAP * ACK :{message[1]}");
                break;
            case "NICK":
                _nicks[connection] = message[0];
                break;
            case "CAP" when message[0] == "END":
                Write(connection, $":s 001 {nick} :Welcome\r\n:s 005 {nick} {Features} :are supported\r\n:s 422 {nick} :no MOTD");
                break;
            case "PING":
                Write(connection, $"{label}:s PONG s :{message[0]}");
                break;
            case "JOIN":
                Members(message[0]).Add(connection);
                Write(connection, $"{label}:s BATCH +j labeled-response\r\n@batch=j :{nick}!u@h JOIN {message[0]} * :r\r\n@batch=j :s 353 {nick} = {message[0]} :{nick} bob\r\n@batch=j :s 366 {nick} {message[0]} :End\r\n:s BATCH -j");
                break;
            case "PRIVMSG":
                Say(message[0], message[1], $"{nick}!u@h", label, connection);
                break;
            case "CHATHISTORY" when message[0] == "AFTER":
                WriteHistory(connection, message, label);
                break;
            case "CHATHISTORY":
                Write(connection, $"{label}:s FAIL CHATHISTORY UNKNOWN_COMMAND {message[0]} :not here");
                break;
            case "QUIT":
                Write(connection, "ERROR :bye");
                break;
        }
    }

    private List<ConnectionContext> Say(string channel, string text, string from, string? label, ConnectionContext? own)
    {
        string tags = $"msgid=m{++_ids};time={IrcTime.Format(Time.GetUtcNow())}";
        _history.Add((channel, IrcMessage.Parse($"@{tags} :{from} PRIVMSG {channel} :{text}")));
        foreach (ConnectionContext member in Members(channel))
        {
            Write(member, (member == own && label?.Length > 0 ? $"{label.TrimEnd()};{tags}" : $"@{tags}") + $" :{from} PRIVMSG {channel} :{text}");
        }

        return [.. Members(channel)];
    }

    private void WriteHistory(ConnectionContext connection, IrcMessage message, string label)
    {
        List<IrcMessage> all = [.. _history.Where(entry => entry.Channel == message[1]).Select(entry => entry.Message)];
        int from = all.FindIndex(entry => message[2] == $"msgid={entry.Tag("msgid")}") + 1;
        Write(connection, $"{label}:s BATCH +h chathistory {message[1]}");
        foreach (IrcMessage entry in all.Skip(from).Take(3))
        {
            Write(connection, entry.WithTags([new IrcTag("batch", "h"), .. entry.Tags]).ToString());
        }

        Write(connection, ":s BATCH -h");
    }

    private HashSet<ConnectionContext> Members(string channel)
    {
        if (!_channels.TryGetValue(channel, out HashSet<ConnectionContext>? members))
        {
            _channels.Add(channel, members = []);
        }

        return members;
    }
}
