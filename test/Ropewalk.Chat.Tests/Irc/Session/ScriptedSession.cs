using System.Text;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Session;

/// <summary>A client's session, and a server that says what the test says.</summary>
internal sealed class ScriptedSession
{
    public const string AllCapabilities =
        "message-tags cap-notify batch labeled-response echo-message server-time account-tag account-notify away-notify chghost extended-join invite-notify multi-prefix setname "
        + "userhost-in-names standard-replies draft/chathistory draft/account-registration extended-monitor";

    private readonly DrivenSession<IrcClientSession, IrcClientEvent> _driven;

    public ScriptedSession(IrcClientSettings? settings = null, IReadOnlyList<string>? mechanisms = null, bool waitsForSts = false)
    {
        _driven = new(new IrcClientSession(settings ?? new IrcClientSettings { Nick = "me" }, DateTimeOffset.UnixEpoch, mechanisms, waitsForSts));
        _driven.Begin();
    }

    public IrcClientSession Session => _driven.Session;

    public IrcClientState State => _driven.Session.State;

    public List<IrcClientEvent> Events => _driven.Events;

    public bool IsClosed => _driven.IsClosed;

    public string EndDetail => _driven.Status.End.ToString();

    public bool PerByte { get; set; }

    /// <summary>A session that a server with these capabilities has let in as "me".</summary>
    public static ScriptedSession Registered(string capabilities = AllCapabilities, string features = "CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=beI,k,l,imnpst MONITOR=100 WHOX CHATHISTORY=100", IrcClientSettings? settings = null)
    {
        var session = new ScriptedSession(settings ?? new IrcClientSettings { Nick = "me", Pacing = new IrcPacing { Penalty = TimeSpan.Zero } });
        session.Hear($":s CAP * LS :{capabilities}");
        if (session.Take().Split("\r\n").FirstOrDefault(line => line.StartsWith("CAP REQ", StringComparison.Ordinal)) is { } asked)
        {
            session.Hear($":s CAP me ACK :{asked[8..].TrimStart(':')}");
        }

        session.Hear(":s 001 me :Welcome", $":s 005 me {features} :are supported by this server", ":s 422 me :no MOTD");
        session.Take();
        session.Events.Clear();
        return session;
    }

    public ScriptedSession Hear(params string[] lines)
    {
        foreach (string line in lines)
        {
            string wire = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line + "\r\n"));
            if (PerByte)
            {
                _driven.ReceivePerByte(wire);
            }
            else
            {
                _driven.Receive(wire);
            }
        }

        return this;
    }

    public void HearBytes(byte[] bytes) => _driven.Receive(bytes);

    public string Take() => _driven.TakeText();

    public void Advance(double seconds) => _driven.Advance(TimeSpan.FromSeconds(seconds));

    public void End() => _driven.ReceiveEnd();

    public void Stop() => _driven.RequestStop();

    public void Act(Action<IrcClientSession> action) => _driven.Act((session, _, _) => action(session));

    public IrcRequest<T> Ask<T>(IrcRequest<T> request)
    {
        Act(session => session.Ask(request));
        return request;
    }

    public T Told<T>()
        where T : IrcClientEvent => Assert.Single(Events.OfType<T>());

    /// <summary>Joins a channel with these members, as the server tells it.</summary>
    public ScriptedSession Join(string channel, string members)
    {
        Hear($":me!u@h JOIN {channel} * :real", $":s 353 me = {channel} :{members}", $":s 366 me {channel} :End");
        Events.Clear();
        return this;
    }
}
