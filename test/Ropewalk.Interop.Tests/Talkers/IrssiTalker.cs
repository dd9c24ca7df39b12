using System.Globalization;

namespace Ropewalk.Interop.Tests.Talkers;

/// <summary>Talks with irssi, in a terminal of its own.</summary>
internal sealed class IrssiTalker : IrcTalker
{
    private readonly RunningProgram _program;
    private readonly HeardText _screen;
    private readonly string _channel;

    private IrssiTalker(string nick, string channel, RunningProgram program)
        : base(nick)
    {
        _channel = channel;
        _program = program;
        _screen = new HeardText(program.Output);
    }

    public static IrssiTalker Start(SampleFolder folder, int port, string nick, string channel)
    {
        ExternalProgram.Find("irssi");
        var script = ExternalProgram.Find("script", "bsdutils", isPeer: false);
        string config = folder.Write("irssi/config", string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            servers = ( { address = "127.0.0.1"; chatnet = "rw"; port = "{{port}}"; autoconnect = "yes"; } );
            chatnets = { rw = { type = "IRC"; nick = "{{nick}}"; }; };
            channels = ( { name = "{{channel}}"; chatnet = "rw"; autojoin = "yes"; } );
            settings = { core = { real_name = "Iris"; user_name = "iris"; nick = "{{nick}}"; }; "fe-common/core" = { term_charset = "UTF-8"; }; };
            """));
        // a wide screen: no line of the conversation is broken
        string command = $"stty cols 250 rows 50; TERM=xterm exec irssi --home={Path.GetDirectoryName(config)}";
        return new IrssiTalker(nick, channel, script.Start(["-qfec", command, "/dev/null"]));
    }

    /// <summary>Shows the channel, once it is joined: what is said in another window is not seen.</summary>
    public Task LookAsync() => TypeAsync($"/window goto {_channel}");

    public override Task SayAsync(string text) => TypeAsync($"/msg {_channel} {text}");

    public override Task WhisperAsync(string to, string text) => TypeAsync($"/msg {to} {text}");

    public override Task SeesAsync(string text) => _screen.WaitForAsync(text);

    public override Task LeaveAsync(string reason) => TypeAsync($"/quit {reason}");

    public override ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task TypeAsync(string line)
    {
        await _program.Input.WriteAsync(line + "\r");
        await _program.Input.FlushAsync();
    }
}
