using System.Globalization;

namespace Ropewalk.Interop.Tests.Talkers;

/// <summary>Talks with WeeChat, without a terminal: it is told by its pipe, and prints each line of its buffers.</summary>
internal sealed class WeeChatTalker : IrcTalker
{
    private readonly RunningProgram _program;
    private readonly HeardText _lines;
    private readonly string _folder;
    private readonly string _channel;

    private WeeChatTalker(string nick, string channel, string folder, RunningProgram program)
        : base(nick)
    {
        _channel = channel;
        _folder = folder;
        _program = program;
        _lines = new HeardText(program.Output);
    }

    public static WeeChatTalker Start(SampleFolder folder, int port, string nick, string channel)
    {
        var weechat = ExternalProgram.Find("weechat-headless");
        string[] commands =
        [
            "/set irc.server_default.ipv6 off",
            @"/trigger add heard print """" """" """" ""/print -stdout ${raw:${tg_prefix_nocolor}} ${raw:${tg_message_nocolor}}\n""",
            string.Create(CultureInfo.InvariantCulture, $"/server add rw 127.0.0.1/{port} -notls"),
            $"/set irc.server.rw.nicks {nick}",
            $"/set irc.server.rw.autojoin {channel}",
            "/connect rw",
        ];
        Directory.CreateDirectory(folder.PathOf("weechat"));
        return new WeeChatTalker(nick, channel, folder.PathOf("weechat"), weechat.Start(["-d", folder.PathOf("weechat"), .. commands.SelectMany(command => new[] { "-r", command })]));
    }

    /// <summary>Gets what it has seen so far.</summary>
    public string Seen => _lines.ToString();

    public override Task SayAsync(string text) => TypeAsync(text);

    public override Task WhisperAsync(string to, string text) => TypeAsync($"/msg {to} {text}");

    public override Task SeesAsync(string text) => _lines.WaitForAsync(text);

    public override Task LeaveAsync(string reason) => TypeAsync($"/quit {reason}");

    public override ValueTask DisposeAsync() => _program.DisposeAsync();

    private Task TypeAsync(string line) => File.WriteAllTextAsync(Directory.GetFiles(_folder, "weechat_fifo_*").Single(), $"irc.rw.{_channel} *{line}\n");
}
