using System.Net;
using Ropewalk.Endpoints.ProxyProtocol.Wire;

namespace Ropewalk.Endpoints.ProxyProtocol.Server;

/// <summary>What a header said.</summary>
internal sealed record ProxyHeaderFeature(ProxyHeader Header, EndPoint? Sender, EndPoint? Receiver) : IProxyHeaderFeature;
