using System.Text;
using Ropewalk.Security.Sasl.Wire;

namespace Ropewalk.Tests.Security.Sasl.Wire;

public sealed class PlainMessageTests
{
    // RFC 4616 §4
    [Theory]
    [InlineData("\0tim\0tanstaaftanstaaf", "", "tim", "tanstaaftanstaaf")]
    [InlineData("Ursel\0Kurt\0xipj3plmq", "Ursel", "Kurt", "xipj3plmq")]
    public void Examples(string text, string authorizationId, string name, string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        PlainMessage message = PlainMessage.Decode(bytes)!;
        Assert.Equal((authorizationId, name, password), (message.AuthorizationId, message.Name, message.Password));
        Assert.Equal(bytes, message.Encode());
        Assert.DoesNotContain(password, message.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0\0")]
    [InlineData("\0tim\0")]
    [InlineData("\0\0password")]
    [InlineData("tim\0password")]
    [InlineData("\0tim\0pass\0word")]
    [InlineData("\0tim\0password\0")]
    [InlineData("\0\0tim\0password")]
    public void WhatIsNone(string text) => Assert.Null(PlainMessage.Decode(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void BadUtf8IsNone() => Assert.Null(PlainMessage.Decode([0, (byte)'t', 0, 0xff]));

    [Fact]
    public void WhatCannotBeSaidIsNotSaid()
    {
        Assert.Null(new PlainMessage("", "a\0b", "c").Encode());
        Assert.Null(new PlainMessage("", "a", "b\0c").Encode());
        Assert.Null(new PlainMessage("", "", "c").Encode());
    }
}
