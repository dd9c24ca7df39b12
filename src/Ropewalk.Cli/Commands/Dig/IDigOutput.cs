using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Shows what is asked and answered, in one of the forms: dig's text, YAML, JSON.</summary>
internal interface IDigOutput
{
    /// <summary>Shows a message before it is sent.</summary>
    void ShowQuery(DigRequest request, DnsMessage query, EndpointSpec server, bool isStream, DateTimeOffset now);

    /// <summary>Shows an answer.</summary>
    void Show(DigRequest request, DnsReply reply, DateTimeOffset now);

    /// <summary>Says what is of interest where comments are.</summary>
    void Say(DigRequest request, string line);

    /// <summary>Says what must be known.</summary>
    void Warn(DigRequest request, string line);

    /// <summary>Says that there is no answer, after what was asked.</summary>
    void Fail(DigRequest request, string line);
}
